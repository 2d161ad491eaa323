import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** graphql-js finds an operation type that the schema lacks, a subscription, only during execution: as a server error. */
export const knownOperations = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(node) {
    const { operation } = node;
    if (context.getSchema().getRootType(operation) != null) return;
    context.reportError(new GraphQLError(`The schema has no ${operation} type.`, { nodes: node }));
  },
});

/** Refuses `_service`, which returns the whole schema, where introspection is disabled. */
export const withoutServiceSdl = (context: ValidationContext): ASTVisitor => ({
  Field(field) {
    if (field.name.value !== '_service') return;
    const extensions = { validationErrorCode: 'INTROSPECTION_DISABLED' };
    context.reportError(new GraphQLError('_service is disabled', { nodes: field, extensions }));
  },
});
