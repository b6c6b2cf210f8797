// The page's WebSocket: events in, and a connection that comes back by itself.

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 5000;

/** Keep a socket open for one viewer. `onEvent(event)`, `onState("open"|"lost", again)`; returns a function that ends it. */
export function connect(as, { onEvent, onState }) {
  let socket = null;
  let pause = FIRST_PAUSE;
  let ended = false;
  let timer = 0;
  let opened = false;

  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/_control/ws?as=${encodeURIComponent(as)}`);
    socket.addEventListener("open", () => {
      pause = FIRST_PAUSE;
      onState("open", opened);
      opened = true;
    });
    socket.addEventListener("message", (message) => {
      let event = null;
      try {
        event = JSON.parse(message.data);
      } catch {
        return;
      }
      onEvent(event);
    });
    socket.addEventListener("close", () => {
      if (ended) return;
      onState("lost", opened);
      timer = setTimeout(open, pause);
      pause = Math.min(LONGEST_PAUSE, pause * 1.7);
    });
  };
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}
