// The state of the page is its hash: "#report?i=3&result=violates". A link to the page opens it in that state.

function place() {
  const [view, query] = location.hash.slice(1).split(/\?(.*)/s);
  return { view, query: new URLSearchParams(query ?? "") };
}

// link returns the hash of a view with parameters, of which empty ones are left out. It keeps the theme.
function link(view, parameters) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ theme: place().query.get("theme"), ...parameters })) {
    if (value !== "" && value !== undefined && value !== null && value !== false) query.set(name, value);
  }
  return `#${view}${query.size > 0 ? `?${query}` : ""}`;
}

// changed returns the parameters of the page with changes.
const changed = (changes) => ({ ...Object.fromEntries(place().query), ...changes });

// go changes the state. A change by typing replaces the entry in the history.
function go(view, parameters, replace = false) {
  const hash = link(view, parameters);
  if (hash === location.hash) return;
  if (replace) history.replaceState(null, "", hash);
  else location.hash = hash;
  show();
}
