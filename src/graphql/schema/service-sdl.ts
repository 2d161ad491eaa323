import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** Refuses `_service`: it tells the whole schema, to who may not ask for it by introspection. */
export const withoutServiceSdl = (context: ValidationContext): ASTVisitor => ({
  Field(field) {
    if (field.name.value !== '_service') return;
    const extensions = { validationErrorCode: 'INTROSPECTION_DISABLED' };
    context.reportError(new GraphQLError('_service is not served here', { nodes: field, extensions }));
  },
});
