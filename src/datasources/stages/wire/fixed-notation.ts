/**
 * A finite number in fixed notation: the shortest text that parses to the same number, always with a fraction, as AWS
 * writes doubles (`100.0`). JavaScript itself writes exponents below 1e-6 and from 1e21.
 */
export function fixedNotation(value: number): string {
  const [mantissa = '', exponent] = String(Math.abs(value)).split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const shift = Number(exponent ?? 0);
  const digits = whole + fraction;
  const point = whole.length + shift;
  const integer = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const decimals = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  return `${value < 0 ? '-' : ''}${integer}.${decimals === '' ? '0' : decimals}`;
}
