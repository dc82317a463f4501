# Systems that programs run on: what their names mean, and lists of them. A system is named by a double such as
# x86_64-linux, or by a triple such as aarch64-unknown-linux-musl.
{ lib }:
let
  inherit (builtins)
    concatMap elem elemAt filter isAttrs isString length listToAttrs map mapAttrs match removeAttrs toString;
  inherit (lib.strings) hasPrefix splitString;

  words = text: filter (word: isString word && word != "") (builtins.split "[ \n]+" text);

  # --- processors: family, width, which end comes first

  cpu = family: bits: byteOrder: names: listToAttrs
    (map (name: { inherit name; value = { inherit family bits byteOrder; }; }) (words names));
  cpus = builtins.foldl' (all: some: all // some) { } [
    (cpu "x86" 32 "little" "i386 i486 i586 i686")
    (cpu "x86" 64 "little" "x86_64")
    (cpu "arm" 32 "little" "arm armv5tel armv6m armv6l armv7a armv7r armv7m armv7l armv8r armv8a armv8m")
    (cpu "arm" 64 "little" "aarch64")
    (cpu "arm" 64 "big" "aarch64_be")
    (cpu "riscv" 32 "little" "riscv32")
    (cpu "riscv" 64 "little" "riscv64")
    (cpu "power" 32 "big" "powerpc")
    (cpu "power" 32 "little" "powerpcle")
    (cpu "power" 64 "big" "powerpc64")
    (cpu "power" 64 "little" "powerpc64le")
    (cpu "mips" 32 "big" "mips")
    (cpu "mips" 32 "little" "mipsel")
    (cpu "mips" 64 "big" "mips64")
    (cpu "mips" 64 "little" "mips64el")
    (cpu "microblaze" 32 "big" "microblaze")
    (cpu "microblaze" 32 "little" "microblazeel")
    (cpu "loongarch" 64 "little" "loongarch64")
    (cpu "s390" 32 "big" "s390")
    (cpu "s390" 64 "big" "s390x")
    (cpu "sparc" 32 "big" "sparc")
    (cpu "sparc" 64 "big" "sparc64")
    (cpu "m68k" 32 "big" "m68k")
    (cpu "mmix" 64 "big" "mmix")
    (cpu "alpha" 64 "little" "alpha")
    (cpu "wasm" 32 "little" "wasm32")
    (cpu "wasm" 64 "little" "wasm64")
    (cpu "arc" 32 "little" "arc")
    (cpu "sh" 32 "little" "sh4")
    (cpu "or1k" 32 "big" "or1k")
    (cpu "rx" 32 "little" "rx")
    (cpu "avr" 8 "none" "avr")
    (cpu "msp430" 16 "little" "msp430")
    (cpu "vc4" 32 "little" "vc4")
    (cpu "javascript" 32 "little" "javascript")
  ];

  # --- the systems that nixpkgs knows, kernel by kernel

  known = concatMap
    ({ kernel, on }: map (name: "${name}-${kernel}") (words on))
    [
      { kernel = "cygwin"; on = "i686 x86_64"; }
      { kernel = "darwin"; on = "x86_64 aarch64"; }
      { kernel = "freebsd"; on = "i686 x86_64 aarch64"; }
      { kernel = "genode"; on = "aarch64 i686 x86_64"; }
      { kernel = "solaris"; on = "x86_64"; }
      { kernel = "ghcjs"; on = "javascript"; }
      {
        kernel = "linux";
        on = ''
          aarch64 arc armv5tel armv6l armv7a armv7l i686 loongarch64 m68k sh4 microblaze microblazeel mips mips64
          mips64el mipsel powerpc powerpc64 powerpc64le riscv32 riscv64 s390 s390x x86_64
        '';
      }
      { kernel = "mmixware"; on = "mmix"; }
      {
        kernel = "netbsd";
        on = "aarch64 armv6l armv7a armv7l i686 m68k mipsel powerpc riscv32 riscv64 x86_64";
      }
      {
        kernel = "none";
        on = ''
          aarch64_be aarch64 arm armv6l avr i686 microblaze microblazeel mips mips64 msp430 or1k m68k powerpc powerpcle
          riscv32 riscv64 rx s390 s390x vc4 x86_64
        '';
      }
      { kernel = "openbsd"; on = "i686 x86_64"; }
      { kernel = "redox"; on = "x86_64"; }
      { kernel = "wasi"; on = "wasm64 wasm32"; }
      { kernel = "windows"; on = "aarch64 x86_64 i686"; }
      { kernel = "uefi"; on = "aarch64 x86_64"; }
    ];

  # --- names

  abiOn = kernel: cpuName:
    if kernel == "linux" then
      if hasPrefix "armv6l" cpuName || hasPrefix "armv7" cpuName then "gnueabihf"
      else if hasPrefix "arm" cpuName then "gnueabi"
      else if cpuName == "powerpc64" then "gnuabielfv1"
      else "gnu"
    else if kernel == "windows" then "msvc"
    else if kernel == "cygwin" then "cygnus"
    else "unknown";

  vendorOn = kernel: cpuName:
    if kernel == "darwin" then "apple"
    else if elem kernel [ "windows" "cygwin" ] && elem cpuName [ "i686" "x86_64" ] then "pc"
    else "unknown";

  # parseSystem : double or triple -> { cpu, vendor, kernel, abi }
  parseSystem = text:
    let
      parts = splitString "-" text;
      count = length parts;
      part = elemAt parts;
      cpuName = part 0;
      # cpu-kernel, cpu-kernel-abi or cpu-vendor-kernel, cpu-vendor-kernel-abi
      three =
        if elem (part 1) [ "linux" "none" "windows" ] then { vendor = "unknown"; kernel = part 1; abi = part 2; }
        else { vendor = part 1; kernel = part 2; abi = null; };
      named =
        if count == 2 then { vendor = null; kernel = part 1; abi = null; }
        else if count == 3 then three
        else { vendor = part 1; kernel = part 2; abi = part 3; };
      mingw = match "mingw32" named.kernel != null;
      kernelName = if mingw then "windows" else named.kernel;
    in
    if count < 2 || count > 4 then throw "system string '${text}' with ${toString count} components is ambiguous"
    else if !(cpus ? ${cpuName}) then throw "Unknown CPU type: ${cpuName}"
    else {
      _type = "system";
      cpu = { name = cpuName; inherit (cpus.${cpuName}) bits family; };
      vendor.name = if named.vendor == null then vendorOn kernelName cpuName else named.vendor;
      kernel.name = kernelName;
      abi.name =
        if mingw then "gnu" else if named.abi == null then abiOn kernelName cpuName else named.abi;
    };

  doubleOf = system: "${system.cpu.name}-${system.kernel.name}";

  tripleOf = system:
    let
      abi = if system.abi.name == "unknown" then "" else "-${system.abi.name}";
    in
    # Darwin has a name of its own for its processor.
    "${if system.vendor.name == "apple" && system.cpu.name == "aarch64" then "arm64" else system.cpu.name}"
    + "-${system.vendor.name}-${system.kernel.name}${abi}";

  # --- what can be said of a system: { is… = bool; }

  traits = system:
    let
      inherit (system.cpu) bits family name;
      inherit (cpus.${name}) byteOrder;
      kernel = system.kernel.name;
      abi = system.abi.name;
      isBSD = elem kernel [ "freebsd" "netbsd" "openbsd" ];
      isDarwin = elem kernel [ "darwin" "macos" "ios" ];
      on = name: kernel == name;
      of = wanted: family == wanted;
    in
    {
      is32bit = bits == 32;
      is64bit = bits == 64;
      isLittleEndian = byteOrder == "little";
      isBigEndian = byteOrder == "big";

      isx86 = of "x86";
      isx86_32 = of "x86" && bits == 32;
      isx86_64 = of "x86" && bits == 64;
      isi686 = name == "i686";
      isAarch = of "arm";
      isAarch32 = of "arm" && bits == 32;
      isAarch64 = of "arm" && bits == 64;
      isArmv7 = hasPrefix "armv7" name;
      isRiscV = of "riscv";
      isRiscV32 = of "riscv" && bits == 32;
      isRiscV64 = of "riscv" && bits == 64;
      isPower = of "power";
      isPower64 = of "power" && bits == 64;
      isMips = of "mips";
      isMips32 = of "mips" && bits == 32;
      isMips64 = of "mips" && bits == 64;
      isMicroBlaze = of "microblaze";
      isLoongArch64 = of "loongarch";
      isS390 = of "s390";
      isS390x = name == "s390x";
      isSparc = of "sparc";
      isSparc64 = of "sparc" && bits == 64;
      isM68k = of "m68k";
      isMmix = of "mmix";
      isAlpha = of "alpha";
      isWasm = of "wasm";
      isArc = of "arc";
      isSh4 = of "sh";
      isOr1k = of "or1k";
      isRx = of "rx";
      isAvr = of "avr";
      isMsp430 = of "msp430";
      isVc4 = of "vc4";
      isJavaScript = of "javascript";

      inherit isBSD isDarwin;
      isLinux = on "linux";
      isMacOS = elem kernel [ "darwin" "macos" ];
      isiOS = on "ios";
      isFreeBSD = on "freebsd";
      isNetBSD = on "netbsd";
      isOpenBSD = on "openbsd";
      isSunOS = on "solaris";
      isWindows = on "windows";
      isCygwin = on "cygwin";
      isGenode = on "genode";
      isGhcjs = on "ghcjs";
      isRedox = on "redox";
      isWasi = on "wasi";
      isUefi = on "uefi";
      isNone = on "none";
      isUnix = isBSD || isDarwin || elem kernel [ "linux" "solaris" "cygwin" "redox" ];

      isGnu = hasPrefix "gnu" abi;
      isMusl = hasPrefix "musl" abi;
      isAndroid = hasPrefix "android" abi;
      isUClibc = hasPrefix "uclibc" abi;
      isMsvc = on "windows" && abi == "msvc";
      isMinGW = on "windows" && abi == "gnu";
    };

  having = trait: filter (double: (traits (parseSystem double)).${trait}) known;

  functionNames = [ "canExecute" "emulator" "emulatorAvailable" "staticEmulatorAvailable" ];

  unameSystems = {
    linux = "Linux"; darwin = "Darwin"; windows = "Windows"; cygwin = "CYGWIN_NT"; freebsd = "FreeBSD";
    netbsd = "NetBSD"; openbsd = "OpenBSD"; wasi = "Wasi"; redox = "Redox"; genode = "Genode";
  };
in
rec {
  # elaborate : double, triple or { system or config, … } -> set      All that a package may ask of its platform.
  elaborate = systemOrSet:
    let
      given = if isAttrs systemOrSet then systemOrSet else { system = systemOrSet; };
      parsed = parseSystem (given.config or given.system);
      own = traits parsed;
      inherit (parsed.cpu) name;
      isWindowsLike = own.isWindows || own.isCygwin;
      order = if own.isLittleEndian then "le" else "";

      libc =
        if own.isMusl then "musl"
        else if own.isUClibc then "uclibc"
        else if own.isAndroid then "bionic"
        else if own.isLinux then "glibc"
        else {
          darwin = "libSystem"; cygwin = "cygwin"; wasi = "wasilibc"; redox = "relibc"; freebsd = "fblibc";
          openbsd = "oblibc"; netbsd = "nblibc"; ghcjs = null; windows = if own.isMsvc then "ucrt" else "msvcrt";
          none = if own.isAvr then "avrlibc" else "newlib";
        }.${parsed.kernel.name} or "native/impure";

      linuxArch = {
        arm = if own.is64bit then "arm64" else "arm";
        x86 = if own.is64bit then "x86_64" else "i386";
        microblaze = "microblaze"; mips = "mips"; power = "powerpc"; riscv = "riscv"; sh = "sh"; s390 = "s390";
        loongarch = "loongarch";
      }.${parsed.cpu.family} or name;

      processor =
        if own.isPower then "ppc${if own.is64bit then "64" else ""}${order}"
        else if own.isMips64 then "mips64"
        else if own.isDarwin && own.isAarch64 then "arm64"
        else name;

      goNames = {
        aarch64 = "arm64"; i686 = "386"; loongarch64 = "loong64"; mips64el = "mips64le"; mipsel = "mipsle";
        powerpc64 = "ppc64"; powerpc64le = "ppc64le"; x86_64 = "amd64"; wasm32 = "wasm"; riscv64 = "riscv64";
        s390x = "s390x"; mips = "mips"; armv5tel = "arm"; armv6l = "arm"; armv7l = "arm"; arm = "arm";
      };

      final = own // {
        inherit parsed libc linuxArch;
        system = doubleOf parsed;
        config = tripleOf parsed;
        uname = { system = unameSystems.${parsed.kernel.name} or null; inherit processor; release = null; };
        qemuArch =
          if own.isAarch64 then "aarch64"
          else if own.isAarch32 then "arm"
          else if own.isx86_32 then "i386"
          else if own.isMips64 then "mips64${if own.isLittleEndian then "el" else ""}"
          else processor;
        efiArch =
          if own.isx86_64 then "x64" else if own.isx86_32 then "ia32" else if own.isAarch64 then "aa64"
          else if own.isAarch32 then "arm" else name;
        darwinArch = if own.isAarch64 then "arm64" else name;
        useLLVM = own.isFreeBSD || own.isOpenBSD;
        linker = if own.isFreeBSD || own.isOpenBSD then "lld" else if own.isDarwin then "cctools" else "bfd";
        libDir =
          if !own.isLinux then null
          else if own.isx86_64 || own.isMips64 || own.isPower64 then "lib64"
          else "lib";
        isStatic = own.isWasi || own.isRedox;
        hasSharedLibraries = !final.isStatic && !own.isNone;
        extensions = {
          executable = if isWindowsLike then ".exe" else "";
          staticLibrary = if own.isWindows then ".lib" else ".a";
          library = if final.isStatic then final.extensions.staticLibrary else final.extensions.sharedLibrary;
          ${if final.hasSharedLibraries then "sharedLibrary" else null} =
            if own.isDarwin then ".dylib" else if isWindowsLike then ".dll" else ".so";
        };
        gcc = { };
        go = { GOARCH = goNames.${name} or null; GOOS = parsed.kernel.name; };
        # Programs of another system can be run if it is the same but for a wider processor.
        canExecute = other:
          other.parsed.kernel == parsed.kernel
          && (other.parsed.cpu == parsed.cpu
            || (other.parsed.cpu.family == "x86" && own.isx86_64)
            || (other.isAarch32 or false && own.isAarch64));
        _withoutFunctions = removeAttrs final (functionNames ++ [ "_withoutFunctions" ]);
      } // removeAttrs given [ "_withoutFunctions" "parsed" "system" ];
    in
    final;

  # Functions never are equal; the rest decides.
  equals = left: right: left._withoutFunctions == right._withoutFunctions;

  parse = {
    mkSystemFromString = parseSystem;
    doubleFromSystem = doubleOf;
    tripleFromSystem = tripleOf;
  };

  # inspect.predicates : { is… = parsed system -> bool; … }
  inspect.predicates = mapAttrs (trait: _: system: (traits system).${trait}) (traits (parseSystem "x86_64-linux"));

  # Systems by what they have in common: platforms.linux and so on.
  doubles = {
    all = known;
    none = [ ];

    aarch = having "isAarch";
    aarch64 = having "isAarch64";
    arc = having "isArc";
    arm = having "isAarch32";
    armv7 = having "isArmv7";
    i686 = having "isi686";
    js = having "isJavaScript";
    loongarch64 = having "isLoongArch64";
    m68k = having "isM68k";
    microblaze = having "isMicroBlaze";
    mips = having "isMips";
    mmix = having "isMmix";
    or1k = having "isOr1k";
    power = having "isPower";
    riscv = having "isRiscV";
    riscv32 = having "isRiscV32";
    riscv64 = having "isRiscV64";
    rx = having "isRx";
    s390 = having "isS390";
    s390x = having "isS390x";
    sh4 = having "isSh4";
    vc4 = having "isVc4";
    x86 = having "isx86";
    x86_64 = having "isx86_64";
    bigEndian = having "isBigEndian";
    littleEndian = having "isLittleEndian";

    cygwin = having "isCygwin";
    darwin = having "isDarwin";
    embedded = having "isNone";
    freebsd = having "isFreeBSD";
    genode = having "isGenode";
    gnu = having "isGnu";
    illumos = having "isSunOS";
    linux = having "isLinux";
    netbsd = having "isNetBSD";
    openbsd = having "isOpenBSD";
    redox = having "isRedox";
    uefi = having "isUefi";
    unix = having "isUnix";
    wasi = having "isWasi";
    windows = having "isWindows";
  };

  # The systems that the nixpkgs flake has packages for.
  flakeExposed = words ''
    x86_64-linux aarch64-linux x86_64-darwin armv6l-linux armv7l-linux i686-linux aarch64-darwin powerpc64le-linux
    riscv64-linux x86_64-freebsd
  '';
}
