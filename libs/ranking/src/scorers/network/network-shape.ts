/** Sizes of a ranking network. */
export interface NetworkShape {
  /** Null for a network on flat features. */
  readonly graph: {
    readonly cells: number;
    readonly nodes: number;
    readonly operations: number;
    readonly layers: number;
    /** Numbers a node carries after each layer. */
    readonly width: number;
  } | null;
  /** Flat features of an item; 0 for none. */
  readonly features: number;
  /** Numbers of a task's description; 0 for none. */
  readonly task: number;
  readonly embedding: number;
  readonly hidden: number;
  readonly outputs: number;
}

/** Where each layer's parameters start in the flat list. */
export interface ParameterPlaces {
  readonly layers: readonly { readonly weights: number; readonly offset: number; readonly inputs: number }[];
  readonly embeddings: readonly {
    readonly source: 'graph' | 'features';
    readonly weights: number;
    readonly inputs: number;
  }[];
  readonly embeddingOffset: number;
  readonly hidden: number;
  readonly task: number;
  readonly hiddenOffset: number;
  readonly output: number;
  readonly outputOffset: number;
  readonly count: number;
  /** All matrices, [rows, columns]. */
  readonly weights: readonly { readonly offset: number; readonly rows: number; readonly columns: number }[];
  /** A byte a parameter: 1 for weights, 0 for offsets. */
  readonly decays: Uint8Array;
}

export function parameterPlaces(shape: NetworkShape): ParameterPlaces {
  const { graph, features, task, embedding, hidden, outputs } = shape;
  const weights: { offset: number; rows: number; columns: number }[] = [];
  let count = 0;
  const vector = (size: number) => {
    const offset = count;
    count += size;
    return offset;
  };
  const matrix = (rows: number, columns: number) => {
    const offset = vector(rows * columns);
    weights.push({ offset, rows, columns });
    return offset;
  };
  const layers = Array.from({ length: graph?.layers ?? 0 }, (_, layer) => {
    const inputs = layer === 0 ? graph!.operations : graph!.width;
    return { weights: matrix(inputs, graph!.width), offset: vector(graph!.width), inputs };
  });
  const sources = [
    ...(graph ? [{ source: 'graph' as const, inputs: graph.cells * graph.width }] : []),
    ...(features > 0 ? [{ source: 'features' as const, inputs: features }] : []),
  ];
  const embeddings = sources.map((source) => ({ ...source, weights: matrix(source.inputs, embedding) }));
  const places = {
    layers,
    embeddings,
    embeddingOffset: vector(embedding),
    hidden: matrix(embedding, hidden),
    task: task > 0 ? matrix(task, hidden) : 0,
    hiddenOffset: vector(hidden),
    output: matrix(hidden, outputs),
    outputOffset: vector(outputs),
  };
  const decays = new Uint8Array(count);
  for (const { offset, rows, columns } of weights) {
    decays.fill(1, offset, offset + rows * columns);
  }
  return { ...places, weights, count, decays };
}
