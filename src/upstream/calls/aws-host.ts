const AWS_HOST = /(^|\.)(amazonaws\.com(\.cn)?|api\.aws|api\.amazonwebservices\.com\.cn)\.?$/i;

/** Whether a URL is one of AWS's own, an endpoint of a VPC included. */
export const isAwsUrl = (url: string): boolean => URL.canParse(url) && AWS_HOST.test(new URL(url).hostname);
