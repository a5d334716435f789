import { seededRandom } from '@edgelore/tensor';
import { describe, expect, it } from '@jest/globals';
import { ScoreNetwork, thaw } from './score-network.js';

const FEATURES = 5;
const DIMENSION = 4;

function example(): { network: ScoreNetwork; mean: Float64Array; features: Float64Array[]; slopes: Float64Array } {
  const random = seededRandom(3);
  const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
  const network = new ScoreNetwork(FEATURES, DIMENSION, 3, normals(DIMENSION), 0.7);
  network.initialise(random);
  network.parameters.set(normals(FEATURES));
  return {
    network,
    mean: normals(DIMENSION),
    features: Array.from({ length: 6 }, () => normals(FEATURES)),
    slopes: normals(6),
  };
}

function loss({ network, mean, features, slopes }: ReturnType<typeof example>): number {
  return network.forward(mean, features).scores.reduce((sum, score, at) => sum + score * slopes[at]!, 0);
}

describe('ScoreNetwork', () => {
  it('has the gradient of its parameters that finite differences give', () => {
    const all = example();
    const { network } = all;
    const gradient = new Float64Array(network.parameters.length);
    network.backward(network.forward(all.mean, all.features), all.slopes, gradient);
    gradient.forEach((slope, at) => {
      const value = network.parameters[at]!;
      network.parameters[at] = value + 1e-5;
      const up = loss(all);
      network.parameters[at] = value - 1e-5;
      const down = loss(all);
      network.parameters[at] = value;
      expect((up - down) / 2e-5).toBeCloseTo(slope, 7);
    });
  });

  it('has the gradient of the description that finite differences give', () => {
    const all = example();
    const { network, mean, features, slopes } = all;
    const gradient = network.backward(
      network.forward(mean, features),
      slopes,
      new Float64Array(network.parameters.length),
    );
    gradient.forEach((slope, at) => {
      const moved = (by: number) => mean.map((value, other) => (other === at ? value + by : value));
      const difference = loss({ ...all, mean: moved(1e-5) }) - loss({ ...all, mean: moved(-1e-5) });
      expect(difference / 2e-5).toBeCloseTo(slope, 7);
    });
  });

  it('adds to the gradient it is given', () => {
    const { network, mean, features, slopes } = example();
    const once = new Float64Array(network.parameters.length);
    const pass = network.forward(mean, features);
    network.backward(pass, slopes, once);
    const twice = Float64Array.from(once);
    network.backward(pass, slopes, twice);
    twice.forEach((slope, at) => {
      expect(slope).toBeCloseTo(2 * once[at]!, 12);
    });
  });

  it('scores the same after freezing to seven digits and back through JSON', () => {
    const { network, mean, features } = example();
    const again = thaw(JSON.parse(JSON.stringify(network.freeze())));
    const scores = network.forward(mean, features).scores;
    again.forward(mean, features).scores.forEach((score, at) => {
      expect(score).toBeCloseTo(scores[at]!, 5);
    });
  });

  it('orders configurations by the main effects alone at the centre', () => {
    const { network, features } = example();
    const { scores } = network.forward(network.centre, features);
    features.forEach((row, at) => {
      const main = row.reduce((sum, value, feature) => sum + value * network.parameters[feature]!, 0);
      expect(scores[at]!).toBeCloseTo(main, 12);
    });
  });
});
