/**
 * What is told of the commands, made of the commands: help, completion, manual pages, reference.
 */
@NullMarked
package com.wavlake.cli.help;

import org.jspecify.annotations.NullMarked;
