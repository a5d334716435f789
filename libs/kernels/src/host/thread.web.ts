import { joinRuntime, type ThreadOrder } from './thread-order.js';

addEventListener('message', ({ data }) => joinRuntime(data as ThreadOrder), { once: true });
