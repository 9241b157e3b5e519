/**
 * Each asks this program what can come, which answers a line each: a word, a tab and what it means; and last how the shell is to
 * go on by itself: `:dir`, `:file` or `:none`.
 */
export const completionScripts = {
  bash: `# Completion of agent-engine for bash. Use it with: source <(agent-engine completion bash)
_agent_engine() {
  local IFS=$'\\n' line current="\${COMP_WORDS[COMP_CWORD]}" after=:none
  [[ $current == = ]] && current=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :*) after=$line ;;
      *) COMPREPLY+=("$(printf '%q' "\${line%%$'\\t'*}")") ;;
    esac
  done < <("\${COMP_WORDS[0]}" complete bash -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  case $after in
    :dir) COMPREPLY+=($(compgen -d -- "$current")) ;;
    :file) COMPREPLY+=($(compgen -f -- "$current")) ;;
  esac
  if [[ $after != :none ]]; then compopt -o filenames 2>/dev/null; fi
}
complete -F _agent_engine agent-engine
`,
  zsh: `#compdef agent-engine
# Completion of agent-engine for zsh. Use it with: source <(agent-engine completion zsh)
_agent_engine() {
  local line value after=:none
  local -a values
  for line in "\${(@f)$("\${words[1]}" complete zsh -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      '') ;;
      :*) after=$line ;;
      *)
        value=\${line%%$'\\t'*}
        values+=("\${value//:/\\\\:}:\${line#*$'\\t'}")
        ;;
    esac
  done
  (( \${#values} )) && _describe -t values 'agent-engine' values
  case $after in
    :dir) _files -/ ;;
    :file) _files ;;
  esac
}
compdef _agent_engine agent-engine
`,
  fish: `# Completion of agent-engine for fish. Use it with: agent-engine completion fish | source
function __agent_engine_complete
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  set -l program $words[1]
  set -e words[1]
  for line in ($program complete fish -- $words "$current" 2>/dev/null)
    switch $line
      case ':dir'
        __fish_complete_directories "$current"
      case ':file'
        __fish_complete_path "$current"
      case ':none'
      case '*'
        echo $line
    end
  end
end
complete -c agent-engine -f -a '(__agent_engine_complete)'
`,
} as const;

export type Shell = keyof typeof completionScripts;

export const shells = ['bash', 'zsh', 'fish'] as const satisfies readonly Shell[];
