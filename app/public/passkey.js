// Forms that an authenticator answers: <form data-passkey="create" | "get" data-options="…">. Each is hidden until it is known that this browser can, at
// this address; pressing its button asks the authenticator, puts the answer into the field `credential` and sends the form like any other.

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

function textOf(buffer) {
  let text = "";
  for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The browser's options: what travels as base64url becomes bytes. */
function optionsOf(form) {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytesOf(options.challenge);
  if (options.user) options.user.id = bytesOf(options.user.id);
  for (const list of ["allowCredentials", "excludeCredentials"]) {
    options[list] = (options[list] ?? []).map((known) => ({ ...known, id: bytesOf(known.id) }));
  }
  return options;
}

/** Passkeys belong to a name: at another address the browser would refuse. */
function isHere(options) {
  const name = options.rp?.id ?? options.rpId;
  return location.hostname === name || location.hostname.endsWith(`.${name}`);
}

function jsonOf({ id, rawId, type, response }) {
  const answer = { clientDataJSON: textOf(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.attestationObject = textOf(response.attestationObject);
    answer.transports = response.getTransports?.() ?? [];
  } else {
    answer.authenticatorData = textOf(response.authenticatorData);
    answer.signature = textOf(response.signature);
    answer.userHandle = response.userHandle ? textOf(response.userHandle) : null;
  }
  return JSON.stringify({ id, rawId: textOf(rawId), type, response: answer, extensions: {} });
}

async function ask(form) {
  const failed = form.querySelector("[data-passkey-failed]");
  failed.hidden = true;
  try {
    const publicKey = optionsOf(form);
    const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
    form.elements.credential.value = jsonOf(credential);
    // Not `requestSubmit`, which would come back here.
    HTMLFormElement.prototype.submit.call(form);
  } catch {
    // Dismissed, not recognised, or already there: the browser has said so.
    failed.hidden = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const can = globalThis.PublicKeyCredential !== undefined && isHere(JSON.parse(form.dataset.options));
  form.hidden = !can;
  const otherwise = document.querySelector(`[data-passkey-unsupported="${form.dataset.passkey}"]`);
  // Somebody who is making one is told; others have the password before their eyes.
  if (otherwise) otherwise.hidden = can || form.dataset.passkey === "get";
}

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-passkey]")) return;
  event.preventDefault();
  ask(event.target);
});
document.documentElement.dataset.passkeys = "ready";
