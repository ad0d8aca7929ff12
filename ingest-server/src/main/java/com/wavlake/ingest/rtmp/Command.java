package com.wavlake.ingest.rtmp;

import com.wavlake.ingest.amf.Amf0;
import com.wavlake.ingest.amf.AmfValue;
import java.util.ArrayList;
import java.util.List;

/**
 * A command message, RTMP 1.0 §7.1.1.
 *
 * @param name for instance {@code connect}
 * @param transaction echoed in the answer
 * @param arguments what follows: the command object first
 */
record Command(String name, double transaction, List<AmfValue> arguments) {

  static Command of(String name, double transaction, AmfValue... arguments) {
    return new Command(name, transaction, List.of(arguments));
  }

  /** Type 20, or type 17, which is the same behind a zero byte. */
  static Command decode(RawMessage message) {
    if (message.type() == RawMessage.COMMAND_AMF3 && message.payload().hasRemaining()) {
      message.payload().get();
    }
    List<AmfValue> values = Amf0.decode(message.payload());
    if (values.isEmpty() || values.getFirst().asText().isEmpty()) {
      throw new RtmpException("a command without a name");
    }
    double transaction = values.size() > 1 ? values.get(1).asNumber() : 0;
    return new Command(
        values.getFirst().asText(),
        transaction,
        values.subList(Math.min(2, values.size()), values.size()));
  }

  byte[] encode() {
    List<AmfValue> values = new ArrayList<>();
    values.add(AmfValue.of(name));
    values.add(AmfValue.of(transaction));
    values.addAll(arguments);
    return Amf0.encode(values.toArray(AmfValue[]::new));
  }

  AmfValue argument(int index) {
    return index < arguments.size() ? arguments.get(index) : AmfValue.Null.NULL;
  }
}
