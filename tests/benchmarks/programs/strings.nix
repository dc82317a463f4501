# Texts made by interpolation, as modules write configuration files.
let
  line = n: "${toString n}: ${if n - n / 2 * 2 == 0 then "even" else "odd"} and ${toString (n * n)}\n";
  section = n: ''
    [section-${toString n}]
    ${builtins.concatStringsSep "" (builtins.genList (m: line (n + m)) 20)}
    name = "item ${toString n}"
  '';
in
builtins.hashString "sha256" (builtins.concatStringsSep "\n" (builtins.genList section 5000))
