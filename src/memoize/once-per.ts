/** Computes a value once for each object, and forgets it with the object. */
export function oncePer<Subject extends object, Value extends object | string>(
  compute: (subject: Subject) => Value,
): (subject: Subject) => Value {
  const values = new WeakMap<Subject, Value>();
  return (subject) => {
    const known = values.get(subject);
    if (known !== undefined) return known;
    const value = compute(subject);
    values.set(subject, value);
    return value;
  };
}
