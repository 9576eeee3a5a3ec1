# SPDX-License-Identifier: MIT
# Bash completion for the tiermm command.

_tiermm()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local machine="--sysfs --machine --synthetic --ignore-kernel-tiers
		--replace-distances --help"
	local words

	case $before in
	--strategy) words="nearest linux-6.12 linux-5.18 linux-5.15 manual" ;;
	--load) words="booted rebuilt" ;;
	--format) words="text json machine synthetic" ;;
	--machine)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	--sysfs)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$word")
		return
		;;
	--penalty | --edge | --allowed | --explain | --synthetic)
		COMPREPLY=()
		return
		;;
	*)
		case $COMP_CWORD:${COMP_WORDS[1]} in
		1:* | 2:help)
			words="topology graph zones doctor help"
			[ "$COMP_CWORD" -ne 1 ] || words+=" --version --help"
			;;
		*:topology) words="--format --json $machine" ;;
		*:graph)
			words="--strategy --penalty --load --edge --allowed
				--explain --replay --json --dot --draw
				$machine"
			;;
		2:zones) words="show plan replay apply --help" ;;
		*:zones)
			case ${COMP_WORDS[2]} in
			show) words="--boot-end --json $machine" ;;
			plan)
				words="--boot --ratio --device --unit --block
					--dimm --keep --free --other-node
					--ignore-nodes --bare-nodes --json
					--help"
				;;
			replay)
				words="--explain --check --json --help"
				if [[ $word != -* ]]; then
					compopt -o filenames
					mapfile -t COMPREPLY < \
						<(compgen -f -- "$word")
					return
				fi
				;;
			apply)
				words="--dry-run --block --boot-end $machine"
				;;
			esac
			;;
		*:doctor) words="--json $machine" ;;
		*) words= ;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _tiermm tiermm
