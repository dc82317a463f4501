# Builders of files and scripts.
{ pkgs, lib }:
with pkgs;
{
  text = writeText "greeting" "hello\n";
  textOfPackage = writeText "path" "${openssl}";
  textOfOutputs = writeText "paths" "${openssl.dev} ${openssl.bin} ${openssl.out}";
  textOfText = writeText "a" "${writeText "b" "${writeText "c" ""}"}";
  textWithQuotes = writeText "quotes" "\" \\ ' $x \${y} \t é";
  textOddName = writeText "what ever?" "x";
  textDir = writeTextDir "etc/nginx/nginx.conf" "user ${nginx};";
  textDirFlat = writeTextDir "flat" "x";
  script = writeScript "go" "#!${bash}/bin/bash\necho\n";
  scriptBin = writeScriptBin "go" "#!${bash}/bin/bash\necho\n";
  shellScript = writeShellScript "go.sh" "exec ${coreutils}/bin/true";
  shellScriptBin = writeShellScriptBin "go" "exec ${coreutils}/bin/true";
  shellScriptOddName = writeShellScriptBin "go there" "true";
  cBin = writeCBin "answer" "int main() { return 42; }";
  file = writeTextFile { name = "f"; text = "t"; };
  fileExecutable = writeTextFile { name = "f"; text = "t"; executable = true; };
  fileElsewhere = writeTextFile { name = "f"; text = "t"; destination = "/share/f"; };
  fileChecked = writeTextFile { name = "f"; text = "t"; checkPhase = "${coreutils}/bin/test -s $out"; };
  fileAll = writeTextFile {
    name = "f";
    text = "t";
    executable = true;
    destination = "/bin/f";
    checkPhase = "true";
  };
  references = writeReferencesToFile hello;
  referencesOfText = writeReferencesToFile (writeText "x" "${hello}");
  referencesOfSeveral = writeReferencesToFile [ hello bash ];
  json = writeText "config.json" (builtins.toJSON { path = hello.outPath; list = [ 1 null true 1.5 ]; });
}
