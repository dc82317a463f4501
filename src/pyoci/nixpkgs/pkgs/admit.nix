# Packages that the configuration refuses: unfree, broken, insecure, or not for this system, unless it allows them.
#
# check : package -> true, or an error that says what to allow.   admits : package -> bool
# checkKnown : reasons -> package -> true: as `check`, for a package of the index, which knows the reasons by name.
{ lib, config, system }:
let
  inherit (builtins) any attrNames elem filter getEnv head isAttrs isList map;

  allows = name: variable: config.${name} or false || getEnv variable == "1";
  allowUnfree = allows "allowUnfree" "NIXPKGS_ALLOW_UNFREE";
  allowBroken = allows "allowBroken" "NIXPKGS_ALLOW_BROKEN";
  allowUnsupported = allows "allowUnsupportedSystem" "NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM";
  allowInsecure = getEnv "NIXPKGS_ALLOW_INSECURE" == "1";

  nameOf = package: package.name or "${package.pname}-${package.version}";
  licences = package: lib.toList (package.meta.license or [ ]);
  titles = package: toString (map (licence: licence.shortName or "unknown") (licences package));
  isAmong = list: package: any (licence: elem licence list) (licences package);

  # Configurations of nixpkgs' past and present say the same by different names.
  allowed = config.allowlistedLicenses or config.whitelistedLicenses or [ ];
  blocked = config.blocklistedLicenses or config.blacklistedLicenses or [ ];

  permitted = config.allowInsecurePredicate or (package: elem (nameOf package) (config.permittedInsecurePackages or [ ]));

  reasonsOf = package: let meta = package.meta or { }; in {
    unfree = any (licence: ! (licence.free or true)) (filter isAttrs (licences package));
    broken = meta.broken or false;
    insecure = meta.knownVulnerabilities or [ ] != [ ];
    unsupported =
      (meta ? platforms && ! elem system (filter builtins.isString meta.platforms))
      || elem system (meta.badPlatforms or [ ]);
  };

  # The first reason that stands, as { what; how; }; null where there is none.
  refusal = reasons: package:
    if reasons.unfree && ! allowUnfree && ! isAmong allowed package && ! (config.allowUnfreePredicate or (_: false)) package then {
      what = "has an unfree license (‘${titles package}’)";
      how = allowing "unfree packages" "allowUnfree" "NIXPKGS_ALLOW_UNFREE";
      reason = "unfree";
    }
    else if blocked != [ ] && isAmong blocked package then {
      what = "has a license that the configuration rules out (‘${titles package}’)";
      how = "";
      reason = "blocklisted";
    }
    else if reasons.broken && ! allowBroken then {
      what = "is marked as broken";
      how = allowing "broken packages" "allowBroken" "NIXPKGS_ALLOW_BROKEN";
      reason = "broken";
    }
    else if reasons.unsupported && ! allowUnsupported then {
      what = "is not supported on ‘${system}’";
      how = allowing "packages for other systems" "allowUnsupportedSystem" "NIXPKGS_ALLOW_UNSUPPORTED_SYSTEM";
      reason = "unsupported";
    }
    else if reasons.insecure && ! allowInsecure && ! permitted package then {
      what = "is marked as insecure";
      how = "Known issues: ${lib.concatStringsSep "; " (package.meta.knownVulnerabilities or [ ])}. "
        + "It is admitted by config.permittedInsecurePackages = [ \"${nameOf package}\" ]; or NIXPKGS_ALLOW_INSECURE=1.";
      reason = "insecure";
    }
    else null;

  allowing = what: option: variable:
    "To admit ${what}: import <nixpkgs> { config.${option} = true; }, nixpkgs.config.${option} = true; in a "
    + "configuration, or ${variable}=1 in the environment.";

  refuse = package: refused:
    (if config ? handleEvalIssue then config.handleEvalIssue refused.reason else throw) (
      "Package ‘${nameOf package}’ in ${package.meta.position or "«unknown-file»"} ${refused.what}, refusing to evaluate."
      + (if refused.how == "" then "" else "\n${refused.how}")
    );

  checkKnown = reasons: package:
    let refused = refusal reasons package;
    in if refused == null then true else refuse package refused;
in
{
  inherit checkKnown;
  check = package: checkKnown (reasonsOf package) package;
  admits = package: refusal (reasonsOf package) package == null;
  # Whether packages without any of the four reasons can be refused too.
  asksAll = blocked != [ ];
}
