import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** Refuses `_service`, which returns the whole schema, where introspection is disabled. */
export const withoutServiceSdl = (context: ValidationContext): ASTVisitor => ({
  Field(field) {
    if (field.name.value !== '_service') return;
    const extensions = { validationErrorCode: 'INTROSPECTION_DISABLED' };
    context.reportError(new GraphQLError('_service is disabled', { nodes: field, extensions }));
  },
});
