import { ApolloProvider } from '@apollo/client/react';
import { useEffect, useMemo, useRef } from 'react';
import { hrefOf, stageOf, useAddress, type Address } from './address.ts';
import { createClient } from './client.ts';
import { ComparePage } from './compare/compare-page.tsx';
import { ApisPage } from './list/apis-page.tsx';
import { ListPage } from './list/list-page.tsx';
import { signOut, useSession } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { StagePage } from './stage/stage-page.tsx';

function Page({ path, given }: Address) {
  const one = stageOf(given);
  const other = stageOf(given, 'other');
  const account = given.get('account');
  const region = given.get('region');
  if (path === '/') return <ListPage given={given} />;
  if (path === '/apis' && account !== null && region !== null) {
    return <ApisPage key={`${account} ${region}`} account={account} region={region} />;
  }
  if (path === '/stage' && one !== undefined) return <StagePage of={one} />;
  if (path === '/compare' && one !== undefined && other !== undefined) {
    return <ComparePage one={one} other={other} />;
  }
  return (
    <div role="alert">
      <h1>This address shows nothing</h1>
      <p>
        <a href={hrefOf('/')}>All stages</a>
      </p>
    </div>
  );
}

/** Who uses the keyboard, or listens to the page, is taken to the top of each new page. */
function useFocusOfPage(path: string, given: string) {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(`${path}?${given}`);
  useEffect(() => {
    const now = `${path}?${given}`;
    if (shown.current === now || path === '/') return;
    shown.current = now;
    main.current?.focus();
    scrollTo(0, 0);
  }, [path, given]);
  return main;
}

export function App() {
  const { token, refusal } = useSession();
  const address = useAddress();
  // What one caller has read is not shown to another.
  const client = useMemo(() => createClient(), [token]);
  const main = useFocusOfPage(address.path, address.given.toString());
  return (
    <ApolloProvider client={client}>
      <header className="page">
        <button className="skip" onClick={() => main.current?.focus()}>
          To the content
        </button>
        <a className="brand" href="#/">
          stagegraph
        </a>
        <nav aria-label="Pages">
          <a href="#/" aria-current={address.path === '/' ? 'page' : undefined}>
            Stages
          </a>
          {'explorer' in document.documentElement.dataset && <a href="/graphql">GraphQL</a>}
        </nav>
        {token !== undefined && <button onClick={signOut}>Forget the token</button>}
      </header>
      <main ref={main} tabIndex={-1}>
        {refusal === undefined ? <Page key={token ?? ''} {...address} /> : <SignIn refusal={refusal} />}
      </main>
    </ApolloProvider>
  );
}
