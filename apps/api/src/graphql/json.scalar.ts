import { CustomScalar, Scalar } from '@nestjs/graphql';
import { GraphQLError, Kind, type ValueNode } from 'graphql';

/** A JSON value whose shape is checked where it is used, such as a configuration. Pass it as a variable. */
@Scalar('JSON')
export class JsonScalar implements CustomScalar<unknown, unknown> {
  readonly description = 'A JSON value, passed as a variable.';

  parseValue(value: unknown): unknown {
    return value;
  }

  serialize(value: unknown): unknown {
    return value;
  }

  parseLiteral(node: ValueNode): unknown {
    if (node.kind === Kind.NULL) return null;
    throw new GraphQLError('Pass JSON values as variables.', { nodes: node });
  }
}
