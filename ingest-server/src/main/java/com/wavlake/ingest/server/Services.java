package com.wavlake.ingest.server;

import com.wavlake.ingest.access.Access;
import com.wavlake.ingest.moderation.ChatBook;
import com.wavlake.ingest.outbox.Outbox;
import com.wavlake.ingest.outbox.WillRelays;
import com.wavlake.ingest.picture.Pictures;
import com.wavlake.ingest.relay.Relay;
import com.wavlake.ingest.store.Database;
import com.wavlake.ingest.store.StreamHistory;
import com.wavlake.ingest.store.StreamStore;
import com.wavlake.ingest.stream.StreamRegistry;
import com.wavlake.ingest.time.Time;
import com.wavlake.ingest.webhook.Webhooks;

/**
 * What the HTTP side serves.
 *
 * @param database whether it answers is the server's health
 * @param registry the streams that something is going on with
 * @param streams all streams
 * @param history how they were doing
 * @param media what becomes of their media
 * @param pictures what events name, fetched for viewers
 * @param relay the embedded relay
 * @param chat the rules of the chats
 * @param outbox last wills
 * @param willRelays where those can go
 * @param webhooks who is told
 * @param access who may publish
 * @param capacity how full the server is
 * @param time the clock
 * @param settings how it is set up
 */
public record Services(
    Database database,
    StreamRegistry registry,
    StreamStore streams,
    StreamHistory history,
    MediaStores media,
    Pictures pictures,
    Relay relay,
    ChatBook chat,
    Outbox outbox,
    WillRelays willRelays,
    Webhooks webhooks,
    Access access,
    Capacity capacity,
    Time time,
    ServerSettings settings) {}
