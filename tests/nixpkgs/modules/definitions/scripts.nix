# Names that systemd escapes, and scripts of several definitions.
{ pkgs, lib, ... }:
{
  systemd.services = {
    "weird@name".script = "a";
    "with\\x2dslash".script = "b";
    "dots.in.name" = { script = "c"; preStart = "d"; };
    multi = {
      script = "line1\nline2";
      preStart = lib.mkMerge [ "one" (lib.mkBefore "zero") (lib.mkAfter "two\n") ];
      postStop = ''
        if [ "$x" = ''${y} ]; then
          echo 'q' "q" \
            $PATH
        fi
      '';
      serviceConfig.ExecStartPost = [ "a" "b" ];
      serviceConfig.ExecStop = "${pkgs.coreutils}/bin/kill $MAINPID";
    };
  };
}
