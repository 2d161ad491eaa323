/** A value of an abstract type, with the name of its type beside it: the object can be shared, and is not changed. */
export class TypedObject {
  readonly typeName: string;
  readonly object: object;

  constructor(typeName: string, object: object) {
    this.typeName = typeName;
    this.object = object;
  }
}
