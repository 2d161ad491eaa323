import { useState } from 'react';
import { signIn } from './session.ts';

/** Asks for a token. It is kept in memory only, so the field is not one whose value browsers store. */
export function SignIn({ refusal }: { refusal: string }) {
  const [token, setToken] = useState('');
  return (
    <form
      className="card sign-in"
      aria-label="Token"
      onSubmit={(event) => {
        event.preventDefault();
        const given = token.trim().replace(/^Bearer\s+/i, '');
        if (given !== '') signIn(given);
      }}
    >
      <h1>The gateway asks who you are</h1>
      <p role="alert">{refusal}</p>
      <p className="field">
        <label htmlFor="token">Bearer token</label>
        <input
          id="token"
          className="secret"
          value={token}
          onChange={({ target }) => setToken(target.value)}
          autoFocus
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          aria-describedby="token-hint"
        />
      </p>
      <p id="token-hint" className="hint">
        From your identity provider. This page keeps it until you close or reload it, and stores it nowhere.
      </p>
      <button className="primary">Continue</button>
    </form>
  );
}
