package com.wavlake.cli.event;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.wavlake.cli.command.Group;
import com.wavlake.cli.command.Refs;
import com.wavlake.cli.command.WlkCommand;
import com.wavlake.cli.shell.CliError;
import com.wavlake.cli.shell.Console;
import com.wavlake.cli.shell.ExitCode;
import com.wavlake.cli.shell.Table;
import com.wavlake.cli.shell.Table.Cell;
import com.wavlake.cli.shell.Terminals;
import com.wavlake.live.nip53.LiveStream;
import com.wavlake.live.nip53.MeetingRoom;
import com.wavlake.live.nip53.Participant;
import com.wavlake.live.nostr.Event;
import com.wavlake.live.nostr.EventAddress;
import com.wavlake.live.nostr.InvalidEvent;
import com.wavlake.live.nostr.Kind;
import com.wavlake.live.signer.Signer;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code wlk proof}: who agreed to take part in a stream. */
@Command(
    name = "proof",
    description = "Proofs of participation (NIP-53): who agreed to take part in a stream.",
    subcommands = {ProofCommand.Sign.class, ProofCommand.Verify.class})
public final class ProofCommand extends Group {

  /** The participant's agreement. */
  static String prove(Signer signer, EventAddress stream) {
    if (!signer.capabilities().contains(Signer.Capability.DIGEST)) {
      throw new CliError(
          "unsupported",
          "this identity's signer signs events alone: a proof needs the secret key itself",
          "run it where the key is, with --sec-file FILE; or leave the proof out: people are then invited only");
    }
    return Participant.prove(signer, stream);
  }

  @Command(
      name = "sign",
      description = {
        "Print your agreement to take part in a stream: the 5th element of your p tag, and the tag itself.",
        "The stream's author puts the tag into the event. A bunker (NIP-46) cannot make one: it signs events alone."
      },
      footer = {"", "Example: wlk proof sign naddr1… --role speaker"})
  static final class Sign extends WlkCommand {
    @Parameters(
        paramLabel = "REF",
        description =
            "The stream's naddr, or kind:pubkey:identifier; a link that ends with an naddr.")
    String ref = "";

    @Option(
        names = "--role",
        paramLabel = "ROLE",
        defaultValue = Participant.SPEAKER,
        description = "As it stands in the tag; default ${DEFAULT-VALUE}.")
    String role = Participant.SPEAKER;

    @Override
    public Integer call() {
      EventAddress stream = Refs.stream(workspace(), ref);
      try (Signer signer = workspace().signer()) {
        String proof = prove(signer, stream);
        ObjectNode json =
            Console.object().put("coordinate", stream.coordinate()).put("proof", proof);
        ArrayNode tag = json.putArray("tag");
        List.of("p", signer.publicKey().hex(), "", role, proof).forEach(tag::add);
        console()
            .data(
                json,
                () -> {
                  console().line(proof);
                  console().raw(tag.toString());
                });
      }
      return ExitCode.OK;
    }
  }

  /** What a tag says of somebody's agreement. */
  enum Agreement {
    AUTHOR("signed the event"),
    AGREED("agreed"),
    INVITED("invited only"),
    WRONG("WRONG proof");

    private final String words;

    Agreement(String words) {
      this.words = words;
    }

    static Agreement of(Participant participant, EventAddress stream) {
      if (participant.proof().isEmpty()) {
        return participant.key().equals(stream.author()) ? AUTHOR : INVITED;
      }
      return participant.agreedTo(stream) ? AGREED : WRONG;
    }
  }

  @Command(
      name = "verify",
      description = {
        "Say of each participant of a stream or meeting whether they agreed, are invited only, or bear a wrong"
            + " proof; exit 1 when one is wrong.",
        "Reads events from stdin, one a line, when they are piped in and no REF is given."
      },
      footer = {"", "Example: wlk proof verify naddr1…"})
  static final class Verify extends WlkCommand {
    @Parameters(
        arity = "0..1",
        paramLabel = "REF",
        description = "naddr, a link that ends with one, event id, stream id, or current.")
    @Nullable String ref;

    private boolean wrong;

    @Override
    public Integer call() throws IOException, InterruptedException {
      if (ref == null && !Terminals.isStdin()) {
        EventLines.each((line, _) -> {
          Event event = Event.parse(line);
          if (!event.verify()) {
            throw new InvalidEvent("sig", "id or signature is wrong");
          }
          print(event);
        });
      } else {
        print(Fetch.one(this, ref == null ? "current" : ref));
      }
      return wrong ? ExitCode.FAILED : ExitCode.OK;
    }

    private void print(Event event) {
      EventAddress stream = event.address();
      ObjectNode json =
          Console.object().put("id", event.id().hex()).put("coordinate", stream.coordinate());
      ArrayNode people = json.putArray("participants");
      Table table = Table.within(Integer.MAX_VALUE);
      for (Participant participant : participants(event)) {
        Agreement agreement = Agreement.of(participant, stream);
        wrong |= agreement == Agreement.WRONG;
        people
            .addObject()
            .put("npub", participant.key().npub())
            .put("role", participant.role())
            .put("agreement", agreement.name().toLowerCase(Locale.ROOT));
        table.row(
            Cell.of(participant.key().npub()),
            Cell.of(participant.role().isEmpty() ? "no role" : participant.role()),
            new Cell(
                agreement.words,
                switch (agreement) {
                  case AUTHOR, AGREED -> Console::green;
                  case INVITED -> Console::dim;
                  case WRONG -> Console::red;
                }));
      }
      console().data(json, () -> table.lines().forEach(console()::line));
      if (people.isEmpty()) {
        console().say("nobody is named in " + event.id());
      }
    }

    private static List<Participant> participants(Event event) {
      return switch (event.kind()) {
        case Kind.LIVE_STREAM -> LiveStream.parse(event).participants();
        case Kind.MEETING_ROOM -> MeetingRoom.parse(event).participants();
        default ->
            throw new InvalidEvent("kind", event.kind() + " has no participants: 30311 or 30313");
      };
    }
  }
}
