// <passkey-signature data-options>: lets a passkey sign what data-options asks for, then sends the form inside it.

const bytes = (text) => {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
};

const text = (buffer) => {
  const binary = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const asked = (options) => ({
  ...options,
  challenge: bytes(options.challenge),
  allowCredentials: options.allowCredentials.map((each) => ({ ...each, id: bytes(each.id) })),
});

const written = (credential) => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: {
    authenticatorData: text(credential.response.authenticatorData),
    clientDataJSON: text(credential.response.clientDataJSON),
    signature: text(credential.response.signature),
  },
});

class PasskeySignature extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.sign();
    });
  }

  async sign() {
    const failed = this.querySelector(".passkey-failed");
    failed.hidden = true;
    try {
      const publicKey = asked(JSON.parse(this.dataset.options));
      const credential = await navigator.credentials.get({ publicKey });
      this.form.elements.assertion.value = JSON.stringify(written(credential));
      this.form.submit();
    } catch (error) {
      failed.hidden = false; // dismissed, timed out, or no passkey of this account on this device
    }
  }
}

customElements.define("passkey-signature", PasskeySignature);
