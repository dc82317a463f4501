# People who look after packages. Nobody looks after packages here: `with lib.maintainers; [ … ]` may stand in any
# description, since nothing asks for the names.
_: { }
