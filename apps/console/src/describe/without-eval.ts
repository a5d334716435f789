import { config } from 'zod/v4/core';

// The policy of the page allows no code made from text, which zod would try for speed while its schemas are made: this comes before them.
config({ jitless: true });
