# SPDX-License-Identifier: MIT
# Bash completion for the tiermm command.

_tiermm()
{
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
	local machine="--sysfs --machine --synthetic --ignore-kernel-tiers
		--replace-distances --tier --help"
	local words

	case $before in
	--strategy) words="nearest linux-6.12 linux-5.18 linux-5.15 manual" ;;
	--load) words="booted rebuilt" ;;
	--policy)
		words="kernel histogram latency"
		[ "${COMP_WORDS[1]}" != sim ] ||
			words="none static demotion $words ideal"
		[ "${COMP_WORDS[1]}" != replay ] ||
			words="none demotion $words"
		;;
	--option)
		compopt -o nospace 2> /dev/null
		words="hot-threshold= adjust-period= rate-limit= guard=
			guard-delay= cool= stale= candidates= balance=
			strategy= penalty= headroom= watermark-scale=
			demotion-limit= backoff="
		;;
	--heat) words="writes uses" ;;
	--include) words="files shared all" ;;
	--format)
		words="text json machine synthetic"
		[ "${COMP_WORDS[1]}" != trace ] ||
			words="lackey perf damon csv oracle"
		;;
	--machine | --scenario)
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
			words="topology graph zones layout sim trace doctor attach run replay help"
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
				words="--dry-run --block --boot-end --json $machine"
				;;
			esac
			;;
		2:trace) words="record import info --help" ;;
		*:trace)
			words="--output --name --skip --limit --sample
				--merge --at-most --threads --page-size
				--no-fetches --instruction --help"
			case ${COMP_WORDS[2]} in
			record) words+=" --json" ;;
			import) words+=" --format --json" ;;
			info) words="--top --workload --json --help" ;;
			esac
			if [[ $word != -* ]]; then
				compopt -o filenames
				mapfile -t COMPREPLY < <(compgen -f -- "$word")
				return
			fi
			;;
		2:sim) words="run compare sweep --help" ;;
		*:sim)
			words="--policy --repeat --seed --sample-period --scan
				--min --cost --option --event --jobs --check $machine"
			case ${COMP_WORDS[2]} in
			run) words+=" --series --plot --log --csv --json" ;;
			compare)
				words+=" --series --plot --log --csv --json
					--scenario"
				;;
			sweep) words+=" --vary --output --json" ;;
			esac
			;;
		2:layout)
			words="show check diff stripe block simulate --help"
			;;
		*:layout)
			case ${COMP_WORDS[2]} in
			show) words="--json $machine" ;;
			check)
				words="--nodes --last-frame --refuse-holes
					--json --help"
				;;
			diff) words="--to --json --help" ;;
			stripe)
				words="--frames --first --last --stripe --shift
					--json --help"
				;;
			block) words="--frames --first --last --json --help" ;;
			simulate)
				words="--from --free --seed --json $machine"
				;;
			esac
			if [[ ${COMP_WORDS[2]} =~ ^(check|diff|simulate)$ &&
				$word != -* ]]; then
				compopt -o filenames
				mapfile -t COMPREPLY < \
					<(compgen -f -- "$word")
				return
			fi
			;;
		*:doctor) words="--json $machine" ;;
		*:attach | *:run)
			words="--dry-run --policy --heat --include --interval
				--for --rate --top-limit --track --output
				--log --json $machine"
			;;
		*:replay)
			words="--policy --option --explain --json $machine"
			if [[ $word != -* ]]; then
				compopt -o filenames
				mapfile -t COMPREPLY < <(compgen -f -- "$word")
				return
			fi
			;;
		*) words= ;;
		esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
}

complete -F _tiermm tiermm
