# Licences, by the names that packages call them; what is said of each is the SPDX list's. Those that packages use
# most are here. Several are joined with AND, OR, WITH and PLUS.
{ lib }:
let
  inherit (builtins) all any elem mapAttrs;

  licence = name: free: redistributable: id: fullName: {
    shortName = name;
    inherit free fullName redistributable;
    deprecated = false;
    licenseType = "simple";
  } // (if id == null then { } else { spdxId = id; url = "https://spdx.org/licenses/${id}.html"; });

  table = free: redistributable: mapAttrs (name: entry:
    licence name free redistributable (builtins.elemAt entry 0) (builtins.elemAt entry 1));

  free = table true true {
    # --- few conditions
    afl20 = [ "AFL-2.0" "Academic Free License v2.0" ];
    afl21 = [ "AFL-2.1" "Academic Free License v2.1" ];
    afl3 = [ "AFL-3.0" "Academic Free License v3.0" ];
    artistic1 = [ "Artistic-1.0" "Artistic License 1.0" ];
    artistic2 = [ "Artistic-2.0" "Artistic License 2.0" ];
    asl11 = [ "Apache-1.1" "Apache License 1.1" ];
    asl20 = [ "Apache-2.0" "Apache License 2.0" ];
    beerware = [ "Beerware" "Beerware License" ];
    boost = [ "BSL-1.0" "Boost Software License 1.0" ];
    bsd0 = [ "0BSD" "BSD Zero Clause License" ];
    bsd1 = [ "BSD-1-Clause" "BSD 1-Clause License" ];
    bsd2 = [ "BSD-2-Clause" "BSD 2-clause \"Simplified\" License" ];
    bsd2Patent = [ "BSD-2-Clause-Patent" "BSD-2-Clause Plus Patent License" ];
    bsd3 = [ "BSD-3-Clause" "BSD 3-clause \"New\" or \"Revised\" License" ];
    bsd3Clear = [ "BSD-3-Clause-Clear" "BSD 3-Clause Clear License" ];
    bsdOriginal = [ "BSD-4-Clause" "BSD 4-clause \"Original\" or \"Old\" License" ];
    curl = [ "curl" "curl License" ];
    fair = [ "Fair" "Fair License" ];
    ftl = [ "FTL" "Freetype Project License" ];
    hpnd = [ "HPND" "Historic Permission Notice and Disclaimer" ];
    icu = [ "ICU" "ICU" ];
    ijg = [ "IJG" "Independent JPEG Group License" ];
    imagemagick = [ "ImageMagick" "ImageMagick License" ];
    isc = [ "ISC" "ISC License" ];
    libpng = [ "Libpng" "libpng License" ];
    libtiff = [ "libtiff" "libtiff License" ];
    mit = [ "MIT" "MIT License" ];
    mit0 = [ "MIT-0" "MIT No Attribution" ];
    mitAdvertising = [ "MIT-advertising" "Enlightenment License (e16)" ];
    ncsa = [ "NCSA" "University of Illinois/NCSA Open Source License" ];
    ntp = [ "NTP" "NTP License" ];
    openldap = [ "OLDAP-2.8" "Open LDAP Public License v2.8" ];
    openssl = [ "OpenSSL" "OpenSSL License" ];
    php301 = [ "PHP-3.01" "PHP License v3.01" ];
    postgresql = [ "PostgreSQL" "PostgreSQL License" ];
    psfl = [ "Python-2.0" "Python Software Foundation License version 2" ];
    qhull = [ "Qhull" "Qhull License" ];
    ruby = [ "Ruby" "Ruby License" ];
    sgi-b-20 = [ "SGI-B-2.0" "SGI Free Software License B v2.0" ];
    tcltk = [ "TCL" "TCL/TK License" ];
    unicode-30 = [ "Unicode-3.0" "Unicode License v3" ];
    unlicense = [ "Unlicense" "The Unlicense" ];
    upl = [ "UPL-1.0" "Universal Permissive License" ];
    vim = [ "Vim" "Vim License" ];
    w3c = [ "W3C" "W3C Software Notice and License" ];
    wtfpl = [ "WTFPL" "Do What The F*ck You Want To Public License" ];
    x11 = [ "X11" "X11 License" ];
    xfig = [ "Xfig" "xfig" ];
    zlib = [ "Zlib" "zlib License" ];
    zpl20 = [ "ZPL-2.0" "Zope Public License 2.0" ];
    zpl21 = [ "ZPL-2.1" "Zope Public License 2.1" ];

    # --- the same licence again for what is made of it
    agpl3Only = [ "AGPL-3.0-only" "GNU Affero General Public License v3.0 only" ];
    agpl3Plus = [ "AGPL-3.0-or-later" "GNU Affero General Public License v3.0 or later" ];
    cddl = [ "CDDL-1.0" "Common Development and Distribution License 1.0" ];
    cecill20 = [ "CECILL-2.0" "CeCILL Free Software License Agreement v2.0" ];
    cecill21 = [ "CECILL-2.1" "CeCILL Free Software License Agreement v2.1" ];
    cecill-b = [ "CECILL-B" "CeCILL-B Free Software License Agreement" ];
    cecill-c = [ "CECILL-C" "CeCILL-C Free Software License Agreement" ];
    cpal10 = [ "CPAL-1.0" "Common Public Attribution License 1.0" ];
    cpl10 = [ "CPL-1.0" "Common Public License 1.0" ];
    epl10 = [ "EPL-1.0" "Eclipse Public License 1.0" ];
    epl20 = [ "EPL-2.0" "Eclipse Public License 2.0" ];
    eupl11 = [ "EUPL-1.1" "European Union Public License 1.1" ];
    eupl12 = [ "EUPL-1.2" "European Union Public License 1.2" ];
    gpl1Only = [ "GPL-1.0-only" "GNU General Public License v1.0 only" ];
    gpl1Plus = [ "GPL-1.0-or-later" "GNU General Public License v1.0 or later" ];
    gpl2Only = [ "GPL-2.0-only" "GNU General Public License v2.0 only" ];
    gpl2Plus = [ "GPL-2.0-or-later" "GNU General Public License v2.0 or later" ];
    gpl3Only = [ "GPL-3.0-only" "GNU General Public License v3.0 only" ];
    gpl3Plus = [ "GPL-3.0-or-later" "GNU General Public License v3.0 or later" ];
    ipl10 = [ "IPL-1.0" "IBM Public License v1.0" ];
    lgpl2Only = [ "LGPL-2.0-only" "GNU Library General Public License v2 only" ];
    lgpl2Plus = [ "LGPL-2.0-or-later" "GNU Library General Public License v2 or later" ];
    lgpl21Only = [ "LGPL-2.1-only" "GNU Lesser General Public License v2.1 only" ];
    lgpl21Plus = [ "LGPL-2.1-or-later" "GNU Lesser General Public License v2.1 or later" ];
    lgpl3Only = [ "LGPL-3.0-only" "GNU Lesser General Public License v3.0 only" ];
    lgpl3Plus = [ "LGPL-3.0-or-later" "GNU Lesser General Public License v3.0 or later" ];
    mpl10 = [ "MPL-1.0" "Mozilla Public License 1.0" ];
    mpl11 = [ "MPL-1.1" "Mozilla Public License 1.1" ];
    mpl20 = [ "MPL-2.0" "Mozilla Public License 2.0" ];
    mspl = [ "MS-PL" "Microsoft Public License" ];
    osl2 = [ "OSL-2.0" "Open Software License 2.0" ];
    osl21 = [ "OSL-2.1" "Open Software License 2.1" ];
    osl3 = [ "OSL-3.0" "Open Software License 3.0" ];
    qpl = [ "QPL-1.0" "Q Public License 1.0" ];
    sleepycat = [ "Sleepycat" "Sleepycat License" ];

    # --- documents, fonts, data
    cc-by-20 = [ "CC-BY-2.0" "Creative Commons Attribution 2.0" ];
    cc-by-30 = [ "CC-BY-3.0" "Creative Commons Attribution 3.0" ];
    cc-by-40 = [ "CC-BY-4.0" "Creative Commons Attribution 4.0" ];
    cc-by-sa-20 = [ "CC-BY-SA-2.0" "Creative Commons Attribution Share Alike 2.0" ];
    cc-by-sa-25 = [ "CC-BY-SA-2.5" "Creative Commons Attribution Share Alike 2.5" ];
    cc-by-sa-30 = [ "CC-BY-SA-3.0" "Creative Commons Attribution Share Alike 3.0" ];
    cc-by-sa-40 = [ "CC-BY-SA-4.0" "Creative Commons Attribution Share Alike 4.0" ];
    cc0 = [ "CC0-1.0" "Creative Commons Zero v1.0 Universal" ];
    fdl11Only = [ "GFDL-1.1-only" "GNU Free Documentation License v1.1 only" ];
    fdl11Plus = [ "GFDL-1.1-or-later" "GNU Free Documentation License v1.1 or later" ];
    fdl12Only = [ "GFDL-1.2-only" "GNU Free Documentation License v1.2 only" ];
    fdl12Plus = [ "GFDL-1.2-or-later" "GNU Free Documentation License v1.2 or later" ];
    fdl13Only = [ "GFDL-1.3-only" "GNU Free Documentation License v1.3 only" ];
    fdl13Plus = [ "GFDL-1.3-or-later" "GNU Free Documentation License v1.3 or later" ];
    lppl12 = [ "LPPL-1.2" "LaTeX Project Public License v1.2" ];
    lppl13a = [ "LPPL-1.3a" "LaTeX Project Public License v1.3a" ];
    lppl13c = [ "LPPL-1.3c" "LaTeX Project Public License v1.3c" ];
    odbl = [ "ODbL-1.0" "Open Data Commons Open Database License v1.0" ];
    ofl = [ "OFL-1.1" "SIL Open Font License 1.1" ];

    # --- exceptions, for WITH
    llvm-exception = [ "LLVM-exception" "LLVM Exception" ];

    # --- of no particular name
    free = [ null "Unspecified free software license" ];
    publicDomain = [ null "Public Domain" ];
    # Counted as free, since it runs on another processor.
    unfreeRedistributableFirmware = [ null "Unfree redistributable firmware" ];
  };

  # The numbers without "only" and "or later" leave open which is meant.
  ambiguous = mapAttrs (_: entry: entry // { deprecated = true; }) (table true true {
    gpl2 = [ "GPL-2.0" "GNU General Public License v2.0" ];
    gpl3 = [ "GPL-3.0" "GNU General Public License v3.0" ];
    lgpl2 = [ "LGPL-2.0" "GNU Library General Public License v2" ];
    lgpl21 = [ "LGPL-2.1" "GNU Lesser General Public License v2.1" ];
    lgpl3 = [ "LGPL-3.0" "GNU Lesser General Public License v3.0" ];
  });

  unfree = table false false {
    cc-by-nc-30 = [ "CC-BY-NC-3.0" "Creative Commons Attribution Non Commercial 3.0 Unported" ];
    cc-by-nc-40 = [ "CC-BY-NC-4.0" "Creative Commons Attribution Non Commercial 4.0 International" ];
    cc-by-nc-sa-40 = [ "CC-BY-NC-SA-4.0" "Creative Commons Attribution Non Commercial Share Alike 4.0" ];
    cc-by-nd-40 = [ "CC-BY-ND-4.0" "Creative Commons Attribution-No Derivative Works v4.0" ];
    elastic20 = [ "Elastic-2.0" "Elastic License 2.0" ];
    json = [ "JSON" "JSON License" ];
    unfree = [ null "Unfree" ];
  };

  # Unfree, but copies may be given away.
  distributable = table false true {
    bsl11 = [ "BUSL-1.1" "Business Source License 1.1" ];
    sspl = [ "SSPL-1.0" "Server Side Public License" ];
    unfreeRedistributable = [ null "Unfree redistributable" ];
  };

  # --- compound licences

  compound = operator: licenses: { licenseType = "compound"; inherit licenses operator; };

  isGroup = licence: elem licence.licenseType [ "compound" "exception" ];
in
free // ambiguous // unfree // distributable // rec {
  AND = compound "AND";
  OR = compound "OR";
  WITH = license: exception: { licenseType = "exception"; operator = "WITH"; inherit exception license; };
  PLUS = license: { licenseType = "plus"; operator = "+"; inherit license; };

  # evaluateProperty : (licence -> bool) -> bool -> licence -> bool
  # Permissive: of licences to choose from, one must have the property, and of licences that hold together, all.
  evaluateProperty = predicate: permissive: licence:
    let
      holds = evaluateProperty predicate permissive;
      one = if permissive then any else all;
      every = if permissive then all else any;
    in
    {
      simple = predicate licence;
      plus = holds licence.license;
      exception = holds licence.license && holds licence.exception;
      compound = {
        OR = one holds licence.licenses;
        AND = every holds licence.licenses;
      }.${licence.operator} or (throw "Unknown license operator");
    }.${licence.licenseType} or (throw "Unknown license type or legacy license");

  evaluateNamedProperty = property: evaluateProperty (licence: licence.${property});
  isFree = evaluateNamedProperty "free" true;
  isRedistributable = evaluateNamedProperty "redistributable" true;

  # containsLicenses : [licence] -> licence -> bool
  containsLicenses = licences: evaluateProperty (licence: elem licence licences) false;

  # toSPDX : licence -> string      An SPDX licence expression.
  toSPDX = licence:
    let
      part = inner: if isGroup inner then "(${toSPDX inner})" else toSPDX inner;
    in
    {
      simple = licence.spdxId or "LicenseRef-nixos-${licence.shortName}";
      plus = part licence.license + licence.operator;
      exception = "${part licence.license} ${licence.operator} ${part licence.exception}";
      compound = builtins.concatStringsSep " ${licence.operator} " (map part licence.licenses);
    }.${licence.licenseType} or (throw "Unknown license type");
}
