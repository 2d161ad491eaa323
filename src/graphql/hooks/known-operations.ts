import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** A subscription to a schema without any is a mistake of the client's; graphql-js finds it only while it executes. */
export const knownOperations = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(node) {
    const { operation } = node;
    if (context.getSchema().getRootType(operation) != null) return;
    context.reportError(new GraphQLError(`There is no ${operation} here.`, { nodes: node }));
  },
});
