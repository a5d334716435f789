import { RoundsService } from '@edgelore/domain';
import type { RequestContext } from '@edgelore/platform';
import { Args, ID, Mutation, Query, Resolver } from '@nestjs/graphql';
import { Caller } from '../access/request.js';
import { outcome } from '../graphql/outcome.js';
import { PageArgs } from '../graphql/page.type.js';
import {
  JoinRoundInput,
  JoinRoundResult,
  OpenRoundInput,
  OpenRoundResult,
  RoundAnswerResult,
  RoundConnection,
  RoundResult,
  SendRoundMessageInput,
  SendRoundMessageResult,
} from './rounds.types.js';

@Resolver()
export class RoundsResolver {
  constructor(private readonly service: RoundsService) {}

  @Query(() => RoundResult)
  round(@Caller() caller: RequestContext, @Args('id', { type: () => ID }) id: string) {
    return outcome('Round', () => this.service.get(caller, id));
  }

  @Query(() => RoundConnection, { description: 'Newest first; at most the first is running.' })
  rounds(@Caller() caller: RequestContext, @Args() page: PageArgs) {
    return this.service.list(caller, page);
  }

  @Query(() => RoundAnswerResult)
  roundAnswer(@Caller() caller: RequestContext, @Args('roundId', { type: () => ID }) roundId: string) {
    return outcome('RoundAnswer', async () => ({ answer: await this.service.answer(caller, roundId) }));
  }

  @Mutation(() => OpenRoundResult, { description: 'For operators.' })
  openRound(@Caller() caller: RequestContext, @Args('input') input: OpenRoundInput) {
    return outcome('Round', () => this.service.open(caller, input));
  }

  @Mutation(() => JoinRoundResult, { description: 'Gives the organisation a seat; joining again gives the same one.' })
  joinRound(@Caller() caller: RequestContext, @Args('input') input: JoinRoundInput) {
    return outcome('JoinedRound', () => this.service.join(caller, input));
  }

  @Mutation(() => SendRoundMessageResult)
  sendRoundMessage(@Caller() caller: RequestContext, @Args('input') input: SendRoundMessageInput) {
    return outcome('Round', () => this.service.send(caller, input));
  }
}
