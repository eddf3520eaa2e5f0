// A service with three calls, and a page that makes them: an outgoing call that the application cancels, an incoming
// call that it accepts, and a call that the service refuses to start.
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

export const application = "/platformservice/v1/applications/1627259584";
const invitations = `${application}/communication/audioVideoInvitations`;
const outgoing = { href: `${invitations}/out-1`, operation: "dial-1", direction: "Outgoing", to: "sip:amanda@fabrikam.example" };
const incoming = { href: `${invitations}/in-1`, operation: "call-1", direction: "Incoming", to: "sip:attendant@contoso.example" };

function event(call, type, state, more = {}, operations = []) {
  const { href, operation: operationId, direction, to } = call;
  const links = { self: { href } };
  for (const name of operations) links[`ms:rtc:saas:${name}`] = { href: `${href}/${name}` };
  return {
    link: { rel: "ms:rtc:saas:audioVideoInvitation", href }, type, ...more,
    _embedded: {
      "ms:rtc:saas:audioVideoInvitation": {
        direction, state, operationId, to, importance: "Normal", subject: "Réunion 電話", _links: links,
        rel: "ms:rtc:saas:audioVideoInvitation",
      },
    },
  };
}

// The documents of the channel, each with the request that it waits for.
const documents = [
  { after: "dial-1", events: [event(outgoing, "started", "Connecting", {}, ["cancel"])] },
  { events: [event(outgoing, "updated", "Alerting", {}, ["cancel"]), event(incoming, "started", "Connecting", {}, ["accept", "decline"])] },
  {
    after: "cancel",
    events: [event(outgoing, "completed", "Cancelled", {
      status: "Failure", reason: { code: "LocalFailure", subcode: "Canceled", message: "The invitation was canceled." },
    })],
  },
  { after: "accept", events: [event(incoming, "updated", "Connecting")] },
  { events: [event(incoming, "completed", "Connected", { status: "Success" })] },
];

// listen starts the service on a free port of this machine.
export async function listen() {
  const done = new Set(), waiting = [];
  const act = (name) => setTimeout(() => { // later than a recorder's clock may err
    done.add(name);
    for (const answer of waiting.splice(0)) answer();
  }, 500);
  const server = createServer(async (request, response) => {
    const url = new URL(request.url, "http://service");
    let body = "";
    for await (const chunk of request) body += chunk;
    const json = (status, value, headers = {}) => {
      const zipped = gzipSync(JSON.stringify(value));
      response.writeHead(status, { "Content-Type": "application/json; charset=utf-8", "Content-Encoding": "gzip", ...headers });
      response.end(zipped);
    };
    const last = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    if (request.method === "GET" && last === "events") {
      const ack = Number(url.searchParams.get("ack")), next = documents[ack - 1];
      const channel = (n) => ({ href: `${application}/events?ack=${n}` });
      const answer = () => {
        if (next.after && !done.has(next.after)) waiting.push(answer);
        else json(200, {
          _links: { self: channel(ack), next: channel(ack + 1) },
          sender: [{ rel: "ms:rtc:saas:communication", href: `${application}/communication`, events: next.events }],
        });
      };
      return answer();
    }
    if (request.method === "POST" && last === "startAudioVideo") {
      response.writeHead(307, { Location: `${invitations}?modalities=AudioVideo` });
      return response.end();
    }
    if (request.method === "POST" && url.pathname === invitations) {
      const { operationId } = JSON.parse(body);
      if (operationId !== outgoing.operation) {
        return json(403, { code: "Forbidden", message: "You do not have permission." });
      }
      response.writeHead(201, { Location: outgoing.href }).end();
      return act(operationId);
    }
    if (request.method === "POST" && ["accept", "cancel"].includes(last)) {
      response.writeHead(204).end();
      return act(last);
    }
    if (url.pathname === "/logo.png") {
      response.writeHead(200, { "Content-Type": "image/png" });
      return response.end(Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"));
    }
    response.writeHead(url.pathname === "/" ? 200 : 404, { "Content-Type": "text/html; charset=utf-8" });
    response.end('<!DOCTYPE html><title>An application</title><img src="/logo.png">');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

// makeCalls runs in the page. It polls the channel while it makes its requests.
export async function makeCalls(application) {
  const post = (path, value) => fetch(path, {
    method: "POST", body: value && JSON.stringify(value), headers: value ? { "Content-Type": "application/json" } : {},
  }).then((answer) => answer.text());
  const poll = (ack) => fetch(`${application}/events?ack=${ack}`).then((answer) => answer.json());
  const dial = (operationId) => post(`${application}/communication/startAudioVideo`, { operationId, to: "sip:amanda@fabrikam.example" });
  const invitations = `${application}/communication/audioVideoInvitations`;
  const first = poll(1);
  await dial("dial-1");
  await first;
  await poll(2);
  const third = poll(3);
  await post(`${invitations}/out-1/cancel`);
  await third;
  const fourth = poll(4);
  await post(`${invitations}/in-1/accept`, { mediaHost: "Remote" });
  await fourth;
  await poll(5);
  await dial("dial-2");
}
