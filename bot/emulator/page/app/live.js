// The page's WebSocket: events in, and a connection that comes back by itself.

const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 5000;

/**
 * Keep a socket open for one viewer; returns a function that ends it. `onState("open", again)` comes with the server's
 * hello, from which on nothing is missed; `onState("lost")` when the connection broke.
 */
export function connect(as, { onEvent, onState }) {
  let socket = null;
  let pause = FIRST_PAUSE;
  let ended = false;
  let timer = 0;
  let opened = false;

  const open = () => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${scheme}://${location.host}/_control/ws?as=${encodeURIComponent(as)}`);
    socket.addEventListener("message", (message) => {
      let event = null;
      try {
        event = JSON.parse(message.data);
      } catch {
        return undefined;
      }
      if (event.type !== "hello") return onEvent(event);
      pause = FIRST_PAUSE;
      onState("open", opened);
      opened = true;
      return undefined;
    });
    socket.addEventListener("close", () => {
      if (ended) return;
      onState("lost");
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
