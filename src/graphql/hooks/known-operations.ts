import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/** graphql-js finds an operation type that the schema lacks, a subscription, only during execution: as a server error. */
export const knownOperations = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(node) {
    const { operation } = node;
    if (context.getSchema().getRootType(operation) != null) return;
    context.reportError(new GraphQLError(`The schema has no ${operation} type.`, { nodes: node }));
  },
});
