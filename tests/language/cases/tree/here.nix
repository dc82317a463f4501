{ here = __curPos; path = ./one.nix; dir = ./.; up = ../tree/one.nix; f = x: x; attr.deep = 1; }
