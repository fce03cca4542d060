#!/usr/bin/env node
/** The program `ngpt`: gives the command line to its command, and tells of errors in one line. */
import { watchOutput } from './output.js';
import { runProgram } from './program.js';

watchOutput();
await runProgram();
