import { useTargets } from '../parts/use-targets.ts';
import { useTitle } from '../parts/use-title.ts';
import { ApisOfTarget } from './apis-of-target.tsx';
import { useChoice } from './use-choice.tsx';

/** All APIs of a target, also those without a stage. */
export function ApisPage({ account, region }: { account: string; region: string }) {
  const of = useTargets().place({ account, region });
  useTitle(`APIs of ${of}`);
  const { bar, ...choosing } = useChoice();
  return (
    <>
      <p className="crumbs">
        <a href="#/">Stages</a>
      </p>
      <h1>APIs of {of}</h1>
      <ApisOfTarget account={account} region={region} {...choosing} />
      {bar}
    </>
  );
}
