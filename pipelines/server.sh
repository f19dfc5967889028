# shellcheck shell=bash
# Which model server is asked. Source it, do not run it:
#
#   . "$(dirname "$0")/server.sh"
#   score_server FOLDER        # sets the array `server`: properties
#   trap score_stop_server EXIT
#
# It is the one that is named, or the one whose key is set, or the simulator,
# which is then started on a port of its own.

score_server_pids=()
# shellcheck disable=SC2034 # the scripts use it
server=()

score_server_help () {
  cat <<'EOF'
Without a model server of yours the simulator of this project is started: a
program that looks for the toy world's colours. It is not a model, and sees
nothing in other videos. To ask a real model set one of

  SCORE_BASE_URL   URL of a server that speaks the OpenAI dialect (vLLM,
                   llama.cpp, Ollama ...), with SCORE_MODEL for its name
  OPENAI_API_KEY   asks OpenAI
  GEMINI_API_KEY   asks Gemini

The pictures of the video are sent to that server, and nowhere else.
EOF
}

score_stop_server () {
  local pid
  for pid in "${score_server_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  score_server_pids=()
}

# score_simulator LOG OPTION...: starts a simulator; score_simulator_url is its.
# In a session of its own: Ctrl-C is for what still waits for its answers.
score_simulator () {
  local log=$1
  shift
  exec {score_from_server}< <(exec setsid gst-score-1.0 simulate --port 0 \
    "$@" 2>"$log")
  score_server_pids+=("$!")
  read -r -t 30 -u "$score_from_server" score_simulator_url || {
    score_say "$(basename "$0"): the simulator did not start:"
    cat "$log" >&2
    exit 1
  }
}

# score_server FOLDER: the simulator's log goes there.
# shellcheck disable=SC2034 # the scripts use `server`
score_server () {
  local log=$1/simulator.log url
  server=()
  if [ -n "${SCORE_BASE_URL:-}" ]; then
    server=(base-url="$SCORE_BASE_URL")
  elif [ -z "${OPENAI_API_KEY:-}" ] && [ -z "${GEMINI_API_KEY:-}" ]; then
    score_simulator "$log"
    url=$score_simulator_url
    score_say "no model server named: the simulator answers at $url;" \
      "it is no model and knows only the toy world"
    server=(base-url="$url")
  fi
  [ -z "${SCORE_MODEL:-}" ] || server+=(model="$SCORE_MODEL")
}
