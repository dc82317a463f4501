# Parts of functions that fetch something.
{ lib }:
let
  inherit (builtins) attrNames concatStringsSep head intersectAttrs length listToAttrs map removeAttrs;
  inherit (lib.trivial) functionArgs setFunctionArgs;

  fakes = { hash = lib.misc.fakeHash; sha256 = lib.misc.fakeSha256; sha512 = lib.misc.fakeSha512; };
  namesFor = hashTypes: [ "hash" ] ++ hashTypes;
  asSet = names: listToAttrs (map (name: { inherit name; value = null; }) names);
in
rec {
  # Variables of the environment that a download may see.
  proxyImpureEnvVars = [
    "http_proxy" "https_proxy" "ftp_proxy" "all_proxy" "no_proxy"
    "HTTP_PROXY" "HTTPS_PROXY" "FTP_PROXY" "ALL_PROXY" "NO_PROXY"
    "NIX_SSL_CERT_FILE"
  ];

  # normalizeHash : { hashTypes, required } -> set -> set
  # `hash` or `sha256` and the like become outputHash and outputHashAlgo; an empty one, a hash that never fits.
  normalizeHash = { hashTypes ? [ "sha256" ], required ? true }: args:
    let
      names = namesFor hashTypes;
      given = attrNames (intersectAttrs (asSet names) args);
      name = head given;
      value = args.${name};
      rest = removeAttrs args names;
    in
    if args ? outputHash then args
    else if given == [ ] then if required then throw "fetcher called without `hash`" else rest
    else if length given > 1 then throw
      "fetcher called with mutually-incompatible arguments: ${concatStringsSep ", " given}"
    else rest // {
      outputHash = if value == "" then fakes.${name} or (throw "no “fake hash” defined for ${name}") else value;
      outputHashAlgo = if name == "hash" then null else name;
    };

  # withNormalizedHash : { hashTypes } -> fetcher -> fetcher
  # For a function of outputHash and outputHashAlgo: one that takes the hash in any of the ways above.
  withNormalizedHash = { hashTypes ? [ "sha256" ] }: fetcher:
    let
      wanted = functionArgs fetcher;
      normalize = normalizeHash { inherit hashTypes; required = !wanted.outputHash; };
    in
    assert wanted ? outputHash && wanted ? outputHashAlgo;
    assert intersectAttrs (asSet (namesFor hashTypes)) wanted == { };
    setFunctionArgs (args: fetcher (normalize args))
      (removeAttrs wanted [ "outputHash" "outputHashAlgo" ] // { hash = wanted.outputHash; });
}
