# <nix/fetchurl.nix>: a derivation that Nix itself builds, by downloading a file.
# The attributes and their defaults are part of every derivation made with it, so they are those of Nix.
{ url
, name ? baseNameOf (toString url)
, hash ? ""
, md5 ? ""
, sha1 ? ""
, sha256 ? ""
, sha512 ? ""
, outputHash ? null
, outputHashAlgo ? null
, executable ? false
, unpack ? false
, impure ? false
, system ? ""
}:

let
  # The first of these that was given; without any, an empty SHA-256.
  given =
    if hash != "" then { value = hash; algorithm = ""; }
    else if sha512 != "" then { value = sha512; algorithm = "sha512"; }
    else if sha1 != "" then { value = sha1; algorithm = "sha1"; }
    else if md5 != "" then { value = md5; algorithm = "md5"; }
    else { value = sha256; algorithm = "sha256"; };

  orElse = value: default: if value == null then default else value;

  content =
    if impure then { __impure = true; }
    else {
      outputHash = orElse outputHash given.value;
      outputHashAlgo = orElse outputHashAlgo given.algorithm;
    };

  isTree = unpack || executable;
in

derivation (content // {
  inherit name url executable unpack;
  builder = "builtin:fetchurl";
  system = "builtin";
  outputHashMode = if isTree then "recursive" else "flat";
  urls = [ url ];
  preferLocalBuild = true;
  impureEnvVars = [ "http_proxy" "https_proxy" "ftp_proxy" "all_proxy" "no_proxy" ];
})
