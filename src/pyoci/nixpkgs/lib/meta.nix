# What packages say about themselves: names, priorities, licences, platforms, programs.
{ lib }:
let
  inherit (builtins) any isString match parseDrvName typeOf;
  inherit (lib.attrsets) filterAttrs isDerivation mapAttrs mapAttrs';

  matches = platform: lib.meta.platformMatch platform;
in
rec {
  # --- changing a package's description

  # addMetaAttrs : set -> package -> package      The derivation stays the same, and the changes outlive overrideAttrs.
  addMetaAttrs = changes: package:
    package // { meta = package.meta or { } // changes; } // (
      if package ? overrideAttrs then {
        overrideAttrs = more: addMetaAttrs changes (package.overrideAttrs more);
      }
      else { }
    );

  dontDistribute = addMetaAttrs { hydraPlatforms = [ ]; };
  setName = name: package: package // { inherit name; };
  updateName = function: package: package // { name = function package.name; };

  # appendToName : string -> package -> package      In front of the version.
  appendToName = suffix: updateName (name:
    let
      parts = parseDrvName name;
    in
    "${parts.name}-${suffix}-${parts.version}");

  mapDerivationAttrset = function: mapAttrs (_: value: if isDerivation value then function value else value);

  # --- which of two packages wins where both have a file, or a name; the smaller number does

  defaultPriority = 5;
  setPrio = priority: addMetaAttrs { inherit priority; };
  lowPrio = setPrio 10;
  hiPrio = setPrio (-10);
  lowPrioSet = mapDerivationAttrset lowPrio;
  hiPrioSet = mapDerivationAttrset hiPrio;

  # --- platforms

  # platformMatch : platform -> "x86_64-linux" or pattern -> bool
  platformMatch = platform: wanted:
    if isString wanted then wanted == platform.system or null
    else lib.attrsets.matchAttrs (if wanted ? parsed then wanted else { parsed = wanted; }) platform;

  availableOn = platform: package:
    (!(package ? meta.platforms) || any (matches platform) package.meta.platforms)
    && !(any (matches platform) package.meta.badPlatforms or [ ]);

  # --- licences

  licensesSpdx = mapAttrs' (_: licence: { name = licence.spdxId; value = licence; })
    (filterAttrs (_: licence: licence ? spdxId) lib.licenses);

  getLicenseFromSpdxId = id: getLicenseFromSpdxIdOr id
    (lib.trivial.warn "getLicenseFromSpdxId: No license with the given SPDX ID found: ${id}" {
      shortName = id;
      spdxId = id;
    });

  # The case of the identifier does not matter.
  getLicenseFromSpdxIdOr =
    let
      small = lib.strings.toLower;
      byId = mapAttrs' (id: value: { name = small id; inherit value; }) licensesSpdx;
    in
    id: default: byId.${small id} or default;

  # --- programs

  # getExe : package -> string      The path of its main program.
  getExe = package: getExe' package (package.meta.mainProgram or (lib.trivial.warn
    ("getExe: Package ${lib.strings.escapeNixIdentifier (package.meta.name or package.pname or package.name)} does not "
      + "have the meta.mainProgram attribute, so its name is taken for the program's. Set meta.mainProgram, or name "
      + "the program: getExe' package \"program\".")
    (lib.strings.getName package)));

  # getExe' : package -> string -> string
  getExe' = package: program:
    let
      wrong = what: throw "lib.meta.getExe': The ${what}";
    in
    if !(isDerivation package) then
      wrong "first argument is of type ${typeOf package}, but it should be a derivation instead."
    else if !(isString program) then
      wrong "second argument is of type ${typeOf program}, but it should be a string instead."
    else if match ".*/.*" program != null then
      wrong "second argument \"${program}\" has a \"/\", but it should just be the name of the executable instead."
    else "${lib.attrsets.getBin package}/bin/${program}";

  # The parts of a CPE of which the version is not split.
  cpeFullVersionWithVendor = vendor: version: { inherit vendor version; update = "*"; };
}
