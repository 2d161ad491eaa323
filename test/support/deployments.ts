import {
  type DeployedMethods,
  deployedMethodsFromAws,
} from '../../src/datasources/rest-apis/deployed-methods.ts';

type Summary = NonNullable<Parameters<typeof deployedMethodsFromAws>[0]['apiSummary']>;

export const open = { authorizationType: 'NONE', apiKeyRequired: false };
export const signed = { authorizationType: 'AWS_IAM', apiKeyRequired: false };
export const withKey = { authorizationType: 'NONE', apiKeyRequired: true };

/** A deployment as the gateway keeps it; `day` is when it was created. */
export const deploymentWith = (apiSummary: Summary, id = 'dep001', day = 1): DeployedMethods =>
  deployedMethodsFromAws({ id, createdDate: new Date(day * 86_400_000), apiSummary });
