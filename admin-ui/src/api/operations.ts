// Made from the OpenAPI document of the admin API: run "npm run docs" after a change of it.

/** What each operation takes and answers. */
export interface Operations {
  /** Signs the revision that the peer proposed. */
  'agreement.accept': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
      revision: number;
      role: 'provider' | 'consumer';
      dataset: string;
      peer: string;
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      waitingFor: 'us' | 'peer' | null;
      purpose: string | null;
      basis: string | null;
      expires: string | null;
      retain: string | null;
      follow: string | null;
      reason: string | null;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Answers an offer with other terms. */
  'agreement.counter': {
    request: {
      id: string;
      requirements?: string | undefined;
      policy?: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      } | undefined;
      mask?: string[] | undefined;
      drop?: string[] | undefined;
      where?: string | undefined;
      purpose?: string | undefined;
      basis?: string | undefined;
      expires?: string | undefined;
      retain?: string | undefined;
      follow?: string | undefined;
    };
    reply: {
      id: string;
      state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
      revision: number;
      role: 'provider' | 'consumer';
      dataset: string;
      peer: string;
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      waitingFor: 'us' | 'peer' | null;
      purpose: string | null;
      basis: string | null;
      expires: string | null;
      retain: string | null;
      follow: string | null;
      reason: string | null;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** What an offer would come to; changes nothing. */
  'agreement.draft': {
    request: {
      peer: string;
      dataset: string;
      policy?: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      } | undefined;
      mask?: string[] | undefined;
      drop?: string[] | undefined;
      where?: string | undefined;
    };
    reply: {
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      blocked: {
        column: string;
        entities: string[];
        evidence: string;
      }[];
      overridden: {
        column: string;
        entity: string;
        by: string;
        reason: string;
      }[];
      columns: {
        name: string;
        type: string;
        nullable: boolean;
      }[];
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      requirements: boolean;
      rules: ({
        id: string;
        check: string;
        columns: string[];
        severity: 'error' | 'warn' | 'info';
        side: 'provider' | 'consumer' | 'both';
        source: 'provider' | 'consumer';
        text: string;
      })[];
      merged: {
        rule: string;
        requirement: string;
      }[];
      onMasked: {
        rule: string;
        columns: string[];
      }[];
    };
  };
  /** Runs the effective contract where the data is: verdicts and counts, no data. */
  'agreement.dry-run': {
    request: {
      id: string;
      version?: string | undefined;
    };
    reply: {
      id: string;
      version: string;
      report: {
        side: 'provider' | 'consumer';
        verdict: 'pass' | 'warn' | 'fail' | 'error' | 'skip';
        rows: number;
        results: ({
          id: string;
          check: string;
          columns: string[];
          status: 'pass' | 'warn' | 'fail' | 'error' | 'skip';
          severity: 'error' | 'warn' | 'info';
          tested: number;
          failed: number;
          message: string;
        } & Record<string, unknown>)[];
      } & Record<string, unknown>;
    };
  };
  /** How what comes under it is written. */
  'agreement.landing': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      format: 'parquet' | 'arrow' | 'csv';
      compression: 'snappy' | 'zstd' | 'uncompressed' | null;
      rowGroupRows: number | null;
      partitionBy: string[];
      chosen: boolean;
    };
  };
  /** Agreements of this gateway. */
  'agreement.list': {
    request: Record<string, never>;
    reply: {
      agreements: ({
        id: string;
        state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
        revision: number;
        role: 'provider' | 'consumer';
        dataset: string;
        peer: string;
        policy: {
          columns: Record<string, {
            op: string;
          } & Record<string, unknown>>;
          where?: string | undefined;
        };
        conflicts: {
          path: string;
          message: string;
        }[];
        notApplied: {
          rule: string;
          columns: string[];
          reason: string;
        }[];
        waitingFor: 'us' | 'peer' | null;
        purpose: string | null;
        basis: string | null;
        expires: string | null;
        retain: string | null;
        follow: string | null;
        reason: string | null;
        createdAt: string;
        updatedAt: string;
      })[];
    };
  };
  /** Offers a dataset to a peer under contract and policy. */
  'agreement.offer': {
    request: {
      peer: string;
      dataset: string;
      policy?: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      } | undefined;
      mask?: string[] | undefined;
      drop?: string[] | undefined;
      where?: string | undefined;
      purpose?: string | undefined;
      basis?: string | undefined;
      expires?: string | undefined;
      retain?: string | undefined;
      follow?: string | undefined;
    };
    reply: {
      id: string;
      state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
      revision: number;
      role: 'provider' | 'consumer';
      dataset: string;
      peer: string;
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      waitingFor: 'us' | 'peer' | null;
      purpose: string | null;
      basis: string | null;
      expires: string | null;
      retain: string | null;
      follow: string | null;
      reason: string | null;
      createdAt: string;
      updatedAt: string;
      overridden: {
        column: string;
        entity: string;
        by: string;
        reason: string;
      }[];
    };
  };
  /** Turns the offer down. */
  'agreement.reject': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
      revision: number;
      role: 'provider' | 'consumer';
      dataset: string;
      peer: string;
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      waitingFor: 'us' | 'peer' | null;
      purpose: string | null;
      basis: string | null;
      expires: string | null;
      retain: string | null;
      follow: string | null;
      reason: string | null;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Chooses how what comes under it is written, from the next transfer on. */
  'agreement.set-landing': {
    request: {
      id: string;
      format?: 'parquet' | 'arrow' | 'csv' | undefined;
      compression?: 'snappy' | 'zstd' | 'uncompressed' | undefined;
      rowGroupRows?: number | undefined;
      partitionBy?: string[] | undefined;
    };
    reply: {
      id: string;
      format: 'parquet' | 'arrow' | 'csv';
      compression: 'snappy' | 'zstd' | 'uncompressed' | null;
      rowGroupRows: number | null;
      partitionBy: string[];
      chosen: boolean;
    };
  };
  /** One agreement, with the effective contract. */
  'agreement.show': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
      revision: number;
      role: 'provider' | 'consumer';
      dataset: string;
      peer: string;
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      waitingFor: 'us' | 'peer' | null;
      purpose: string | null;
      basis: string | null;
      expires: string | null;
      retain: string | null;
      follow: string | null;
      reason: string | null;
      createdAt: string;
      updatedAt: string;
      digest: string;
      contract: Record<string, unknown>;
      notEvaluated: {
        path: string;
        line: number;
        reason: string;
      }[];
      providerNotEvaluated: {
        path: string;
        reason: string;
      }[];
      changes: string[];
      columns: {
        name: string;
        type: string;
        nullable: boolean;
      }[];
      rules: ({
        id: string;
        check: string;
        columns: string[];
        severity: 'error' | 'warn' | 'info';
        side: 'provider' | 'consumer' | 'both';
        source: 'provider' | 'consumer';
        text: string;
      })[];
      merged: {
        rule: string;
        requirement: string;
      }[];
      onMasked: {
        rule: string;
        columns: string[];
      }[];
      signatures: {
        by: string;
        key: string;
      }[];
      history: {
        at: string;
        by: string;
        event: string;
        revision: number;
      }[];
    };
  };
  /** Ends it, and transfers under it, at once. */
  'agreement.terminate': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      state: 'proposed' | 'countered' | 'agreed' | 'active' | 'expired' | 'terminated' | 'rejected';
      revision: number;
      role: 'provider' | 'consumer';
      dataset: string;
      peer: string;
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      };
      conflicts: {
        path: string;
        message: string;
      }[];
      notApplied: {
        rule: string;
        columns: string[];
        reason: string;
      }[];
      waitingFor: 'us' | 'peer' | null;
      purpose: string | null;
      basis: string | null;
      expires: string | null;
      retain: string | null;
      follow: string | null;
      reason: string | null;
      createdAt: string;
      updatedAt: string;
    };
  };
  /** Writes the auditor's bundle of the relation with one peer; no raw data. */
  'audit.export': {
    request: {
      peer: string;
      out: string;
    };
    reply: {
      file: string;
      peer: string;
      entries: number;
      bytes: number;
      sha256: string;
    };
  };
  /** Reads a contract that is being written: faults, rules. */
  'contract.check': {
    request: {
      contract: string;
      dataset?: string | undefined;
    };
    reply: {
      ok: boolean;
      faults: {
        line: number;
        path: string;
        message: string;
      }[];
      document: unknown;
      digest: string | null;
      table: string | null;
      rules: ({
        id: string;
        check: string;
        columns: string[];
        severity: 'error' | 'warn' | 'info';
        side: 'provider' | 'consumer' | 'both';
        source: 'provider' | 'consumer';
        text: string;
      })[];
      notEvaluated: {
        path: string;
        line: number;
        reason: string;
      }[];
    };
  };
  /** Changes places of a contract, all else as it was. */
  'contract.edit': {
    request: {
      contract: string;
      edits: ({
        path: (string | number)[];
        value?: unknown | undefined;
      })[];
    };
    reply: {
      contract: string;
    };
  };
  /** Gives it a contract, for offers from now on. */
  'contract.set': {
    request: {
      name: string;
      contract: string;
      replaces?: string | null | undefined;
    };
    reply: {
      dataset: string;
      contract: string | null;
      digest: string | null;
      rules: number;
      notEvaluated: {
        path: string;
        line: number;
        reason: string;
      }[];
    };
  };
  /** Its contract, and what no check looks at. */
  'contract.show': {
    request: {
      name: string;
    };
    reply: {
      dataset: string;
      contract: string | null;
      digest: string | null;
      rules: number;
      notEvaluated: {
        path: string;
        line: number;
        reason: string;
      }[];
    };
  };
  /** Writes landed files again with their sealed columns opened. */
  'data.decrypt': {
    request: {
      folder: string;
      out: string;
    };
    reply: {
      folder: string;
      out: string;
      columns: string[];
      rows: number;
      files: string[];
    };
  };
  /** Names a table and where its rows come from. */
  'dataset.add': {
    request: {
      name: string;
      source: string;
      format?: 'parquet' | 'csv' | 'ndjson' | 'arrow' | undefined;
      query?: string | undefined;
      options?: {
        separator?: string | undefined;
        header?: boolean | undefined;
        quote?: string | undefined;
        nulls?: string[] | undefined;
        types?: Record<string, string> | undefined;
        encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-1' | undefined;
      } | undefined;
      contract?: string | undefined;
    };
    reply: {
      name: string;
      source: string;
      format: string;
      query: string | null;
      createdAt: string;
      versions: number;
      latest: string | null;
      contract: string | null;
      columns: {
        name: string;
        type: string;
        nullable: boolean;
      }[];
    };
  };
  /** Says which version, agreement and peer the rows of a file belong to. */
  'dataset.identify': {
    request: {
      file: string;
    };
    reply: {
      file: string;
      rows: number;
      matches: ({
        version: string;
        dataset: string;
        agreement: string | null;
        peer: string | null;
        columns: string[];
      })[];
    };
  };
  /** Datasets of this gateway. */
  'dataset.list': {
    request: Record<string, never>;
    reply: {
      datasets: ({
        name: string;
        source: string;
        format: string;
        query: string | null;
        createdAt: string;
        versions: number;
        latest: string | null;
      })[];
    };
  };
  /** First rows, exactly as one peer would get them. */
  'dataset.preview': {
    request: {
      name: string;
      as: string;
      rows?: number | undefined;
      policy?: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      } | undefined;
      mask?: string[] | undefined;
      drop?: string[] | undefined;
      where?: string | undefined;
    };
    reply: {
      dataset: string;
      version: string;
      peer: string;
      agreement: string | null;
      columns: {
        name: string;
        type: string;
        operator: string;
      }[];
      rows: ((string | null)[])[];
    };
  };
  /** Types, nulls, distinct values, and what looks personal; no values. */
  'dataset.profile': {
    request: {
      name: string;
    };
    reply: {
      dataset: string;
      rows: number;
      columns: ({
        name: string;
        type: string;
        nulls: number;
        distinct: number;
        min: string | number | null;
        max: string | number | null;
        personal: ({
          column: string;
          entity: string;
          verdict: 'is' | 'contains';
          confidence: number;
          evidence: string;
          override: {
            by: string;
            at: string;
            reason: string;
          } | null;
        })[];
      })[];
      contract: string;
    };
  };
  /** Makes an immutable version of the rows as they are now. */
  'dataset.publish': {
    request: {
      name: string;
    };
    reply: {
      dataset: string;
      version: string;
      rows: number;
      batches: number;
      bytes: number;
      unchanged: boolean;
    };
  };
  /** Writes a synthetic table of the same shape, stamped as such; no value of the data. */
  'dataset.sample': {
    request: {
      name: string;
      out: string;
      level?: 'contract' | 'marginals' | undefined;
      rows?: number | undefined;
      seed?: number | undefined;
    };
    reply: {
      dataset: string;
      level: 'contract' | 'marginals';
      version: string | null;
      file: string;
      rows: number;
      seed: number;
      columns: {
        name: string;
        type: string;
      }[];
      note: string;
    };
  };
  /** One dataset: source, contract, columns. */
  'dataset.show': {
    request: {
      name: string;
    };
    reply: {
      name: string;
      source: string;
      format: string;
      query: string | null;
      createdAt: string;
      versions: number;
      latest: string | null;
      contract: string | null;
      columns: {
        name: string;
        type: string;
        nullable: boolean;
      }[];
    };
  };
  /** Its published versions, newest first. */
  'dataset.versions': {
    request: {
      name: string;
    };
    reply: {
      dataset: string;
      versions: ({
        version: string;
        rows: number;
        batches: number;
        bytes: number;
        createdAt: string;
        parent: string | null;
        rowsRoot: string;
      })[];
    };
  };
  /** Erasures, asked of others and by others, newest first. */
  'erasure.list': {
    request: Record<string, never>;
    reply: {
      erasures: ({
        id: string;
        role: 'provider' | 'consumer';
        peer: string;
        agreement: string;
        column: string;
        subject: string;
        state: 'requested' | 'erasing' | 'erased';
        rows: number;
        versions: {
          version: string;
          transfer: string;
          rows: number;
        }[];
        correlation: string;
        requestedAt: string;
        erasedAt: string | null;
      })[];
    };
  };
  /** Asks a consumer to erase the rows of a person. */
  'erasure.request': {
    request: {
      agreement: string;
      column: string;
      value: string;
    };
    reply: {
      id: string;
      role: 'provider' | 'consumer';
      peer: string;
      agreement: string;
      column: string;
      subject: string;
      state: 'requested' | 'erasing' | 'erased';
      rows: number;
      versions: {
        version: string;
        transfer: string;
        rows: number;
      }[];
      correlation: string;
      requestedAt: string;
      erasedAt: string | null;
    };
  };
  /** One erasure, with the signed receipt. */
  'erasure.show': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      role: 'provider' | 'consumer';
      peer: string;
      agreement: string;
      column: string;
      subject: string;
      state: 'requested' | 'erasing' | 'erased';
      rows: number;
      versions: {
        version: string;
        transfer: string;
        rows: number;
      }[];
      correlation: string;
      requestedAt: string;
      erasedAt: string | null;
      receipt: {
        document: string;
        signature: string;
        key: string;
      } | null;
    };
  };
  /** Looks for what is wrong, and says what to do. */
  'gateway.doctor': {
    request: {
      peer?: string | undefined;
    };
    reply: {
      ok: boolean;
      findings: ({
        area: 'config' | 'home' | 'keys' | 'ledger' | 'store' | 'ports' | 'disk' | 'clock' | 'peer';
        level: 'ok' | 'warning' | 'fault';
        message: string;
        hint?: string | undefined;
      })[];
    };
  };
  /** Dials the address that peers are told. */
  'gateway.reach': {
    request: Record<string, never>;
    reply: {
      address: string | null;
      ok: boolean;
      message: string;
      hint: string | null;
    };
  };
  /** What config.yaml says, entry by entry; no secrets. */
  'gateway.settings': {
    request: Record<string, never>;
    reply: {
      file: string;
      revision: string;
      fields: ({
        path: string;
        about: string;
        kind: 'text' | 'number' | 'choice' | 'toggle' | 'yaml';
        value: string | number | boolean | null;
        preset: string | number | boolean | null;
        choices: string[];
        least: number | null;
        most: number | null;
        override: {
          variable: string;
          value: string | number;
        } | null;
        optional: boolean;
        editable: boolean;
        restart: boolean;
      })[];
      sources: ({
        prefix: string;
        options: ({
          name: string;
          from: 'text' | 'env' | 'file';
          env: string | null;
        })[];
      })[];
      warnings: string[];
    };
  };
  /** Who this gateway is, whether it is ready, what is under way. */
  'gateway.status': {
    request: Record<string, never>;
    reply: {
      id: string;
      org: string;
      fingerprint: string;
      software: string;
      home: string;
      startedAt: string;
      ready: boolean;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      warnings: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      listen: {
        peer: string | null;
        enrolment: string | null;
        admin: string;
      };
      advertise: string | null;
      peers: {
        id: string;
        state: string;
        connected: boolean;
      }[];
      transfers: {
        id: string;
        state: string;
        dataset: string;
        peer: string;
        rows: number;
        bytes: number;
      }[];
    };
  };
  /** Accepts an invite, or the reply to one. */
  'invite.accept': {
    request: {
      text: string;
      exchange?: boolean | undefined;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
      peer: string;
      reply?: string | undefined;
    };
  };
  /** Makes a one-time invite. */
  'invite.create': {
    request: {
      ttl?: string | undefined;
      for?: string | undefined;
      key?: string | undefined;
      exchange?: boolean | undefined;
    };
    reply: {
      id: string;
      invite: string;
      expiresAt: string;
      for: string | null;
      exchange: boolean;
    };
  };
  /** Invites of this gateway. */
  'invite.list': {
    request: Record<string, never>;
    reply: {
      invites: ({
        id: string;
        state: 'open' | 'used' | 'expired' | 'revoked' | 'void';
        createdAt: string;
        expiresAt: string;
        for: string | null;
        forKey: string | null;
        exchange: boolean;
        wrongTries: number;
        usedBy: string | null;
      })[];
    };
  };
  /** Makes an invite useless. */
  'invite.revoke': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      state: 'open' | 'used' | 'expired' | 'revoked' | 'void';
      createdAt: string;
      expiresAt: string;
      for: string | null;
      forKey: string | null;
      exchange: boolean;
      wrongTries: number;
      usedBy: string | null;
    };
  };
  /** The log kept here of a relation beside the one that the peer has shown of its own. */
  'ledger.compare': {
    request: {
      peer: string;
    };
    reply: {
      peer: string;
      missed: string | null;
      ours: {
        size: number;
        root: string;
        seen: number | null;
      };
      theirs: {
        size: number;
        shown: number;
      };
      same: number;
      subjects: ({
        kind: 'transfer' | 'agreement';
        id: string;
        dataset: string | null;
        verdict: 'same' | 'ours' | 'theirs' | 'differs';
        differs: string[];
        ours: {
          seq: number;
          at: string;
          type: string;
        }[];
        theirs: {
          seq: number;
          at: string;
          type: string;
        }[];
      })[];
    };
  };
  /** Declares that signed heads are lost for good after a restore; a new incarnation begins. */
  'ledger.declare-restored': {
    request: Record<string, never>;
    reply: {
      incarnation: string;
      seq: number;
      peers: string[];
    };
  };
  /** Signed heads, and what peers have cosigned. */
  'ledger.head': {
    request: {
      peer?: string | undefined;
    };
    reply: {
      logs: ({
        origin: string;
        size: number;
        root: string;
        checkpoint: string | null;
        cosigned: {
          by: string;
          size: number;
          at: string;
        } | null;
      })[];
    };
  };
  /** Entries of the master log, or of the channel with a peer. */
  'ledger.list': {
    request: {
      peer?: string | undefined;
      type?: string | undefined;
      text?: string | undefined;
      before?: number | undefined;
      from?: number | undefined;
      limit?: number | undefined;
    };
    reply: {
      origin: string;
      size: number;
      entries: {
        log: string;
        seq: number;
        ts: string;
        type: string;
        actor: string;
        leaf: string;
        entry: Record<string, unknown>;
      }[];
      next: number | null;
    };
  };
  /** Gives the organisation another key, and tells the peers. */
  'ledger.rotate-key': {
    request: {
      revokeOld?: boolean | undefined;
      reason?: string | undefined;
    };
    reply: {
      fingerprint: string;
      previous: string;
      revoked: boolean;
      invites: string[];
      told: string[];
      waiting: string[];
    };
  };
  /** One entry, with the proof that it is in the tree. */
  'ledger.show': {
    request: {
      seq: number;
      peer?: string | undefined;
    };
    reply: {
      log: string;
      seq: number;
      ts: string;
      type: string;
      actor: string;
      leaf: string;
      entry: Record<string, unknown>;
      body: string;
      size: number;
      root: string;
      proof: string[];
    };
  };
  /** Recomputes chains and trees, checks signatures and heads; lists every fault. */
  'ledger.verify': {
    request: {
      peer?: string | undefined;
    };
    reply: {
      ok: boolean;
      entries: number;
      logs: {
        origin: string;
        size: number;
        root: string;
      }[];
      faults: ({
        class: string;
        log: string | null;
        seq: number | null;
        culprit: string | null;
        message: string;
      })[];
    };
  };
  /** What masks there are, and which fit which column. */
  'mask.list': {
    request: {
      name: string;
    };
    reply: {
      operators: ({
        name: string;
        summary: string;
        accepts: string;
        nulls: string;
        preserves: string[];
        parameters: {
          name: string;
          about: string;
        }[];
        positional: string | null;
        example: string;
      })[];
      columns: ({
        name: string;
        type: string;
        nullable: boolean;
        operators: string[];
        personal: ({
          column: string;
          entity: string;
          verdict: 'is' | 'contains';
          confidence: number;
          evidence: string;
          override: {
            by: string;
            at: string;
            reason: string;
          } | null;
        })[];
      })[];
      policy: {
        columns: Record<string, {
          op: string;
        } & Record<string, unknown>>;
        where?: string | undefined;
      } | null;
    };
  };
  /** What people have said of what looks personal. */
  'override.list': {
    request: {
      name: string;
    };
    reply: {
      dataset: string;
      overrides: ({
        by: string;
        at: string;
        reason: string;
        column: string;
        entity: string;
        verdict: 'is' | 'contains';
      })[];
    };
  };
  /** Says that a column is not the personal data that it looks like, and why. */
  'override.set': {
    request: {
      name: string;
      column: string;
      entity?: string | undefined;
      reason: string;
    };
    reply: {
      dataset: string;
      overrides: ({
        by: string;
        at: string;
        reason: string;
        column: string;
        entity: string;
        verdict: 'is' | 'contains';
      })[];
    };
  };
  /** Takes that back. */
  'override.withdraw': {
    request: {
      name: string;
      column: string;
      entity?: string | undefined;
    };
    reply: {
      dataset: string;
      overrides: ({
        by: string;
        at: string;
        reason: string;
        column: string;
        entity: string;
        verdict: 'is' | 'contains';
      })[];
    };
  };
  /** What waits for somebody, who exchanges what with whom, the last days. */
  'overview.show': {
    request: Record<string, never>;
    reply: {
      waiting: ({
        kind: 'words' | 'reply' | 'offer' | 'conflict' | 'stopped' | 'expiring' | 'certificate' | 'restored' | 'health';
        message: string;
        at: string | null;
        peer: string | null;
        agreement: string | null;
        transfer: string | null;
      })[];
      steps: {
        peers: number;
        active: number;
        datasets: number;
        versions: number;
        agreements: number;
        delivered: number;
      };
      exchanges: ({
        agreement: string;
        dataset: string;
        peer: string;
        role: 'provider' | 'consumer';
        state: string;
        delivered: {
          transfers: number;
          rows: number;
          bytes: number;
        };
        stopped: number;
        underWay: number;
        lastAt: string | null;
      })[];
      days: {
        day: string;
        sent: {
          transfers: number;
          rows: number;
          bytes: number;
        };
        received: {
          transfers: number;
          rows: number;
          bytes: number;
        };
        refused: number;
        rejected: number;
        failed: number;
      }[];
      verified: {
        at: string;
        ok: boolean;
        entries: number;
        faults: number;
        by: string;
      } | null;
      certificate: {
        expiresAt: string;
        renewsItself: boolean;
      };
    };
  };
  /** Accepts that a peer restored an older ledger and goes on from there. */
  'peer.acknowledge-restore': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
    };
  };
  /** Confirms that the six words are the same on both sides. */
  'peer.confirm': {
    request: {
      id: string;
      words: string;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
    };
  };
  /** Organisations that this gateway knows. */
  'peer.list': {
    request: Record<string, never>;
    reply: {
      peers: ({
        id: string;
        name: string;
        state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
        words: string | null;
        confirmedHere: boolean;
        confirmedThere: boolean;
        fingerprint: string;
        endpoint: string | null;
        connected: boolean;
        lastSeenAt: string | null;
        enrolledAt: string;
        stateBy: 'us' | 'peer' | 'both' | null;
        stateReason: string | null;
        formerFingerprint: string | null;
        restored: boolean;
        evidence: {
          at: string;
          kind: string;
          digest: string;
          file: string;
        }[];
        certificate: {
          caExpiresAt: string;
          caFingerprint: string;
        };
        pace: {
          streams: number;
          sendBytesPerSecond: number | null;
          receiveBytesPerSecond: number | null;
          windows: string[];
          waitsUntil: string | null;
          sending: number;
          receiving: number;
        };
        undelivered: number;
      })[];
    };
  };
  /** Ends a suspension. */
  'peer.resume': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
    };
  };
  /** Ends the relation for good. */
  'peer.revoke': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
    };
  };
  /** One peer. */
  'peer.show': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
    };
  };
  /** Stops exchanging for now; ends streams under way. */
  'peer.suspend': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      name: string;
      state: 'invited' | 'enrolled' | 'active' | 'suspended' | 'revoked';
      words: string | null;
      confirmedHere: boolean;
      confirmedThere: boolean;
      fingerprint: string;
      endpoint: string | null;
      connected: boolean;
      lastSeenAt: string | null;
      enrolledAt: string;
      stateBy: 'us' | 'peer' | 'both' | null;
      stateReason: string | null;
      formerFingerprint: string | null;
      restored: boolean;
      evidence: {
        at: string;
        kind: string;
        digest: string;
        file: string;
      }[];
      certificate: {
        caExpiresAt: string;
        caFingerprint: string;
      };
      pace: {
        streams: number;
        sendBytesPerSecond: number | null;
        receiveBytesPerSecond: number | null;
        windows: string[];
        waitsUntil: string | null;
        sending: number;
        receiving: number;
      };
      undelivered: number;
    };
  };
  /** Presets of laws, and what each comes to: rules, masks, terms. */
  'preset.list': {
    request: Record<string, never>;
    reply: {
      presets: {
        name: string;
        summary: string;
        requires: string[];
        identifiers: {
          name: string;
          entities: string[];
          mask: string;
          forbidden: boolean;
        }[];
      }[];
    };
  };
  /** What both sides need of datasets, as far as known here. */
  'requirements.list': {
    request: Record<string, never>;
    reply: {
      requirements: ({
        peer: string;
        dataset: string;
        by: 'us' | 'peer';
        digest: string;
        text: string | null;
        rules: ({
          id: string;
          check: string;
          columns: string[];
          severity: 'error' | 'warn' | 'info';
          side: 'provider' | 'consumer' | 'both';
          source: 'provider' | 'consumer';
          text: string;
        })[];
        own: ({
          id: string;
          check: string;
          columns: string[];
          severity: 'error' | 'warn' | 'info';
          side: 'provider' | 'consumer' | 'both';
          source: 'provider' | 'consumer';
          text: string;
        })[];
      })[];
    };
  };
  /** What this gateway requires of a dataset of a peer. */
  'requirements.set': {
    request: {
      peer: string;
      dataset: string;
      contract: string;
    };
    reply: {
      peer: string;
      dataset: string;
      digest: string;
      agreements: string[];
      conflicts: {
        path: string;
        message: string;
      }[];
    };
  };
  /** Signs out. */
  'session.end': {
    request: Record<string, never>;
    reply: {
      gateway: {
        id: string;
        org: string;
        software: string;
      };
      setup: boolean;
      openid: string | null;
      openidFailure: {
        code: string;
        message: string;
        hint?: string | undefined;
        correlation?: string | undefined;
      } | null;
      user: {
        name: string | null;
        role: 'auditor' | 'steward' | 'administrator';
        via: string;
      } | null;
      session: {
        since: string;
        idleAt: string;
        endsAt: string;
      } | null;
    };
  };
  /** Signs in with name and password; sets the session cookie. */
  'session.open': {
    request: {
      name: string;
      password: string;
    };
    reply: {
      gateway: {
        id: string;
        org: string;
        software: string;
      };
      setup: boolean;
      openid: string | null;
      openidFailure: {
        code: string;
        message: string;
        hint?: string | undefined;
        correlation?: string | undefined;
      } | null;
      user: {
        name: string | null;
        role: 'auditor' | 'steward' | 'administrator';
        via: string;
      } | null;
      session: {
        since: string;
        idleAt: string;
        endsAt: string;
      } | null;
    };
  };
  /** Changes the own password; ends other sessions. */
  'session.password': {
    request: {
      old: string;
      new: string;
    };
    reply: {
      gateway: {
        id: string;
        org: string;
        software: string;
      };
      setup: boolean;
      openid: string | null;
      openidFailure: {
        code: string;
        message: string;
        hint?: string | undefined;
        correlation?: string | undefined;
      } | null;
      user: {
        name: string | null;
        role: 'auditor' | 'steward' | 'administrator';
        via: string;
      } | null;
      session: {
        since: string;
        idleAt: string;
        endsAt: string;
      } | null;
    };
  };
  /** Makes the first administrator, and signs in. */
  'session.setup': {
    request: {
      token: string;
      name: string;
      password: string;
    };
    reply: {
      gateway: {
        id: string;
        org: string;
        software: string;
      };
      setup: boolean;
      openid: string | null;
      openidFailure: {
        code: string;
        message: string;
        hint?: string | undefined;
        correlation?: string | undefined;
      } | null;
      user: {
        name: string | null;
        role: 'auditor' | 'steward' | 'administrator';
        via: string;
      } | null;
      session: {
        since: string;
        idleAt: string;
        endsAt: string;
      } | null;
    };
  };
  /** Who is signed in, and whether anybody can. */
  'session.show': {
    request: Record<string, never>;
    reply: {
      gateway: {
        id: string;
        org: string;
        software: string;
      };
      setup: boolean;
      openid: string | null;
      openidFailure: {
        code: string;
        message: string;
        hint?: string | undefined;
        correlation?: string | undefined;
      } | null;
      user: {
        name: string | null;
        role: 'auditor' | 'steward' | 'administrator';
        via: string;
      } | null;
      session: {
        since: string;
        idleAt: string;
        endsAt: string;
      } | null;
    };
  };
  /** Changes entries of config.yaml, all else as it was. */
  'settings.change': {
    request: {
      revision: string;
      set: ({
        path: string;
        value: string | number | boolean | null;
      })[];
    };
    reply: {
      file: string;
      revision: string;
      fields: ({
        path: string;
        about: string;
        kind: 'text' | 'number' | 'choice' | 'toggle' | 'yaml';
        value: string | number | boolean | null;
        preset: string | number | boolean | null;
        choices: string[];
        least: number | null;
        most: number | null;
        override: {
          variable: string;
          value: string | number;
        } | null;
        optional: boolean;
        editable: boolean;
        restart: boolean;
      })[];
      sources: ({
        prefix: string;
        options: ({
          name: string;
          from: 'text' | 'env' | 'file';
          env: string | null;
        })[];
      })[];
      warnings: string[];
    };
  };
  /** How sources with one beginning are reached; counts at once. */
  'settings.source': {
    request: {
      revision: string;
      prefix: string;
      options: Record<string, {
        keep: true;
      } | {
        env: string;
      } | {
        value: string;
      }>;
    };
    reply: {
      file: string;
      revision: string;
      fields: ({
        path: string;
        about: string;
        kind: 'text' | 'number' | 'choice' | 'toggle' | 'yaml';
        value: string | number | boolean | null;
        preset: string | number | boolean | null;
        choices: string[];
        least: number | null;
        most: number | null;
        override: {
          variable: string;
          value: string | number;
        } | null;
        optional: boolean;
        editable: boolean;
        restart: boolean;
      })[];
      sources: ({
        prefix: string;
        options: ({
          name: string;
          from: 'text' | 'env' | 'file';
          env: string | null;
        })[];
      })[];
      warnings: string[];
    };
  };
  /** Takes such an entry out, with its secrets. */
  'settings.source-remove': {
    request: {
      revision: string;
      prefix: string;
    };
    reply: {
      file: string;
      revision: string;
      fields: ({
        path: string;
        about: string;
        kind: 'text' | 'number' | 'choice' | 'toggle' | 'yaml';
        value: string | number | boolean | null;
        preset: string | number | boolean | null;
        choices: string[];
        least: number | null;
        most: number | null;
        override: {
          variable: string;
          value: string | number;
        } | null;
        optional: boolean;
        editable: boolean;
        restart: boolean;
      })[];
      sources: ({
        prefix: string;
        options: ({
          name: string;
          from: 'text' | 'env' | 'file';
          env: string | null;
        })[];
      })[];
      warnings: string[];
    };
  };
  /** What a source has, before it becomes a dataset: format, columns, and the first rows where they are asked for. */
  'source.describe': {
    request: {
      source: string;
      format?: 'parquet' | 'csv' | 'ndjson' | 'arrow' | undefined;
      query?: string | undefined;
      options?: {
        separator?: string | undefined;
        header?: boolean | undefined;
        quote?: string | undefined;
        nulls?: string[] | undefined;
        types?: Record<string, string> | undefined;
        encoding?: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | 'iso-8859-1' | undefined;
      } | undefined;
      rows?: number | undefined;
    };
    reply: {
      format: string;
      columns: {
        name: string;
        type: string;
        nullable: boolean;
      }[];
      notes: string[];
      rows: ((string | null)[])[];
    };
  };
  /** Makes a token for a program, with no more rights than its maker. */
  'token.create': {
    request: {
      label: string;
      role: 'auditor' | 'steward' | 'administrator';
      ttl?: string | undefined;
    };
    reply: {
      id: string;
      label: string;
      role: 'auditor' | 'steward' | 'administrator';
      maker: string | null;
      createdAt: string;
      expiresAt: string | null;
      usedAt: string | null;
      usable: boolean;
      token: string;
    };
  };
  /** API tokens: all for an administrator, for others their own. */
  'token.list': {
    request: Record<string, never>;
    reply: {
      tokens: ({
        id: string;
        label: string;
        role: 'auditor' | 'steward' | 'administrator';
        maker: string | null;
        createdAt: string;
        expiresAt: string | null;
        usedAt: string | null;
        usable: boolean;
      })[];
    };
  };
  /** Makes a token useless. */
  'token.revoke': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      label: string;
      role: 'auditor' | 'steward' | 'administrator';
      maker: string | null;
      createdAt: string;
      expiresAt: string | null;
      usedAt: string | null;
      usable: boolean;
    };
  };
  /** Stops it on both sides; nothing lands. */
  'transfer.cancel': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
      role: 'provider' | 'consumer';
      dataset: string;
      version: string;
      agreement: string;
      peer: string;
      rows: number;
      bytes: number;
      rowsTotal: number | null;
      bytesTotal: number | null;
      bytesPerSecond: number | null;
      secondsLeft: number | null;
      landed: string | null;
      keepUntil: string | null;
      deleted: {
        at: string;
        reason: string;
      } | null;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      correlation: string;
      startedAt: string;
      updatedAt: string;
      final: boolean;
    };
  };
  /** Deletes what landed, and signs so to the provider. */
  'transfer.delete': {
    request: {
      id: string;
      reason?: string | undefined;
    };
    reply: {
      id: string;
      state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
      role: 'provider' | 'consumer';
      dataset: string;
      version: string;
      agreement: string;
      peer: string;
      rows: number;
      bytes: number;
      rowsTotal: number | null;
      bytesTotal: number | null;
      bytesPerSecond: number | null;
      secondsLeft: number | null;
      landed: string | null;
      keepUntil: string | null;
      deleted: {
        at: string;
        reason: string;
      } | null;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      correlation: string;
      startedAt: string;
      updatedAt: string;
      final: boolean;
    };
  };
  /** Transfers of this gateway, newest first. */
  'transfer.list': {
    request: {
      state?: 'open' | 'delivered' | 'stopped' | 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed' | undefined;
      peer?: string | undefined;
      dataset?: string | undefined;
      agreement?: string | undefined;
      role?: 'provider' | 'consumer' | undefined;
      before?: string | undefined;
      limit?: number | undefined;
    };
    reply: {
      transfers: ({
        id: string;
        state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
        role: 'provider' | 'consumer';
        dataset: string;
        version: string;
        agreement: string;
        peer: string;
        rows: number;
        bytes: number;
        rowsTotal: number | null;
        bytesTotal: number | null;
        bytesPerSecond: number | null;
        secondsLeft: number | null;
        landed: string | null;
        keepUntil: string | null;
        deleted: {
          at: string;
          reason: string;
        } | null;
        reasons: ({
          code: string;
          message: string;
          hint?: string | undefined;
        })[];
        correlation: string;
        startedAt: string;
        updatedAt: string;
        final: boolean;
      })[];
      total: number;
    };
  };
  /** What both sides checked: signed, for build servers, or to read. */
  'transfer.report': {
    request: {
      id: string;
      format?: 'json' | 'junit' | 'html' | undefined;
    };
    reply: {
      transfer: string;
      format: 'json' | 'junit' | 'html';
      mediaType: string;
      file: string;
      content: string;
    };
  };
  /** Goes on from the last acknowledged batch. */
  'transfer.resume': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
      role: 'provider' | 'consumer';
      dataset: string;
      version: string;
      agreement: string;
      peer: string;
      rows: number;
      bytes: number;
      rowsTotal: number | null;
      bytesTotal: number | null;
      bytesPerSecond: number | null;
      secondsLeft: number | null;
      landed: string | null;
      keepUntil: string | null;
      deleted: {
        at: string;
        reason: string;
      } | null;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      correlation: string;
      startedAt: string;
      updatedAt: string;
      final: boolean;
    };
  };
  /** One transfer, with its check reports. */
  'transfer.show': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
      role: 'provider' | 'consumer';
      dataset: string;
      version: string;
      agreement: string;
      peer: string;
      rows: number;
      bytes: number;
      rowsTotal: number | null;
      bytesTotal: number | null;
      bytesPerSecond: number | null;
      secondsLeft: number | null;
      landed: string | null;
      keepUntil: string | null;
      deleted: {
        at: string;
        reason: string;
      } | null;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      correlation: string;
      startedAt: string;
      updatedAt: string;
      final: boolean;
      report: {
        provider: {
          side: 'provider' | 'consumer';
          verdict: 'pass' | 'warn' | 'fail' | 'error' | 'skip';
          rows: number;
          results: ({
            id: string;
            check: string;
            columns: string[];
            status: 'pass' | 'warn' | 'fail' | 'error' | 'skip';
            severity: 'error' | 'warn' | 'info';
            tested: number;
            failed: number;
            message: string;
          } & Record<string, unknown>)[];
        } & Record<string, unknown> | null;
        consumer: {
          side: 'provider' | 'consumer';
          verdict: 'pass' | 'warn' | 'fail' | 'error' | 'skip';
          rows: number;
          results: ({
            id: string;
            check: string;
            columns: string[];
            status: 'pass' | 'warn' | 'fail' | 'error' | 'skip';
            severity: 'error' | 'warn' | 'info';
            tested: number;
            failed: number;
            message: string;
          } & Record<string, unknown>)[];
        } & Record<string, unknown> | null;
      };
      comparison: {
        compared: number;
        differing: string[];
      } | null;
      view: {
        digest: string;
        rowsRoot: string;
        columns: {
          name: string;
          from: string;
          operator: string;
          root: string;
        }[];
      } | null;
      wire: number | null;
      steps: {
        at: string;
        state: string;
      }[];
    };
  };
  /** Starts sending (or fetching) a version under an agreement. */
  'transfer.start': {
    request: {
      agreement: string;
      version?: string | undefined;
    };
    reply: {
      id: string;
      state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
      role: 'provider' | 'consumer';
      dataset: string;
      version: string;
      agreement: string;
      peer: string;
      rows: number;
      bytes: number;
      rowsTotal: number | null;
      bytesTotal: number | null;
      bytesPerSecond: number | null;
      secondsLeft: number | null;
      landed: string | null;
      keepUntil: string | null;
      deleted: {
        at: string;
        reason: string;
      } | null;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      correlation: string;
      startedAt: string;
      updatedAt: string;
      final: boolean;
    };
  };
  /** The transfer now and at every change, until its final state. */
  'transfer.watch': {
    request: {
      id: string;
    };
    reply: {
      id: string;
      state: 'offered' | 'checking' | 'streaming' | 'verifying' | 'landed' | 'receipted' | 'refused' | 'rejected' | 'cancelled' | 'failed';
      role: 'provider' | 'consumer';
      dataset: string;
      version: string;
      agreement: string;
      peer: string;
      rows: number;
      bytes: number;
      rowsTotal: number | null;
      bytesTotal: number | null;
      bytesPerSecond: number | null;
      secondsLeft: number | null;
      landed: string | null;
      keepUntil: string | null;
      deleted: {
        at: string;
        reason: string;
      } | null;
      reasons: ({
        code: string;
        message: string;
        hint?: string | undefined;
      })[];
      correlation: string;
      startedAt: string;
      updatedAt: string;
      final: boolean;
    };
  };
  /** Adds a user. */
  'user.add': {
    request: {
      name: string;
      role: 'auditor' | 'steward' | 'administrator';
      password?: string | undefined;
    };
    reply: {
      name: string;
      role: 'auditor' | 'steward' | 'administrator';
      disabled: boolean;
      signIn: ('password' | 'openid')[];
      createdAt: string;
      seenAt: string | null;
      lockedUntil: string | null;
    };
  };
  /** Changes role, state or password of a user. */
  'user.change': {
    request: {
      name: string;
      role?: 'auditor' | 'steward' | 'administrator' | undefined;
      disabled?: boolean | undefined;
      password?: string | undefined;
    };
    reply: {
      name: string;
      role: 'auditor' | 'steward' | 'administrator';
      disabled: boolean;
      signIn: ('password' | 'openid')[];
      createdAt: string;
      seenAt: string | null;
      lockedUntil: string | null;
    };
  };
  /** Who may use this gateway. */
  'user.list': {
    request: Record<string, never>;
    reply: {
      users: ({
        name: string;
        role: 'auditor' | 'steward' | 'administrator';
        disabled: boolean;
        signIn: ('password' | 'openid')[];
        createdAt: string;
        seenAt: string | null;
        lockedUntil: string | null;
      })[];
    };
  };
  /** Removes a user, with sessions and tokens. */
  'user.remove': {
    request: {
      name: string;
    };
    reply: {
      users: ({
        name: string;
        role: 'auditor' | 'steward' | 'administrator';
        disabled: boolean;
        signIn: ('password' | 'openid')[];
        createdAt: string;
        seenAt: string | null;
        lockedUntil: string | null;
      })[];
    };
  };
  /** What changed from one version to another, column by column; no values. */
  'version.compare': {
    request: {
      name: string;
      before: string;
      after: string;
    };
    reply: {
      dataset: string;
      before: string;
      after: string;
      rows: {
        before: number;
        after: number;
      };
      batches: number;
      columns: ({
        name: string;
        change: 'same' | 'values' | 'type' | 'added' | 'removed';
        before: string | null;
        after: string | null;
        alike: number | null;
      })[];
    };
  };
  /** Destroys the keys of a version, and its rows; the ledger keeps what it was. */
  'version.shred': {
    request: {
      name: string;
      version: string;
    };
    reply: {
      dataset: string;
      version: string;
      shredded: true;
    };
  };
}

/** How each operation is called, and the least role that may. */
export const ROUTES = {
  'agreement.accept': { method: 'POST', path: '/v1/agreements/{id}/accept', role: 'steward', mode: 'plain' },
  'agreement.counter': { method: 'POST', path: '/v1/agreements/{id}/counter', role: 'steward', mode: 'plain' },
  'agreement.draft': { method: 'POST', path: '/v1/agreements/draft', role: 'steward', mode: 'plain' },
  'agreement.dry-run': { method: 'POST', path: '/v1/agreements/{id}/dry-run', role: 'steward', mode: 'long' },
  'agreement.landing': { method: 'GET', path: '/v1/agreements/{id}/landing', role: 'auditor', mode: 'plain' },
  'agreement.list': { method: 'GET', path: '/v1/agreements', role: 'auditor', mode: 'plain' },
  'agreement.offer': { method: 'POST', path: '/v1/agreements', role: 'steward', mode: 'plain' },
  'agreement.reject': { method: 'POST', path: '/v1/agreements/{id}/reject', role: 'steward', mode: 'plain' },
  'agreement.set-landing': { method: 'PUT', path: '/v1/agreements/{id}/landing', role: 'steward', mode: 'plain' },
  'agreement.show': { method: 'GET', path: '/v1/agreements/{id}', role: 'auditor', mode: 'plain' },
  'agreement.terminate': { method: 'POST', path: '/v1/agreements/{id}/terminate', role: 'steward', mode: 'plain' },
  'audit.export': { method: 'POST', path: '/v1/audit/export', role: 'administrator', mode: 'long' },
  'contract.check': { method: 'POST', path: '/v1/contracts/check', role: 'auditor', mode: 'plain' },
  'contract.edit': { method: 'POST', path: '/v1/contracts/edit', role: 'auditor', mode: 'plain' },
  'contract.set': { method: 'PUT', path: '/v1/datasets/{name}/contract', role: 'steward', mode: 'plain' },
  'contract.show': { method: 'GET', path: '/v1/datasets/{name}/contract', role: 'auditor', mode: 'plain' },
  'data.decrypt': { method: 'POST', path: '/v1/decrypt', role: 'administrator', mode: 'long' },
  'dataset.add': { method: 'POST', path: '/v1/datasets', role: 'steward', mode: 'plain' },
  'dataset.identify': { method: 'POST', path: '/v1/identify', role: 'steward', mode: 'long' },
  'dataset.list': { method: 'GET', path: '/v1/datasets', role: 'auditor', mode: 'plain' },
  'dataset.preview': { method: 'POST', path: '/v1/datasets/{name}/preview', role: 'steward', mode: 'plain' },
  'dataset.profile': { method: 'POST', path: '/v1/datasets/{name}/profile', role: 'steward', mode: 'long' },
  'dataset.publish': { method: 'POST', path: '/v1/datasets/{name}/publish', role: 'steward', mode: 'long' },
  'dataset.sample': { method: 'POST', path: '/v1/datasets/{name}/sample', role: 'steward', mode: 'long' },
  'dataset.show': { method: 'GET', path: '/v1/datasets/{name}', role: 'auditor', mode: 'plain' },
  'dataset.versions': { method: 'GET', path: '/v1/datasets/{name}/versions', role: 'auditor', mode: 'plain' },
  'erasure.list': { method: 'GET', path: '/v1/erasures', role: 'auditor', mode: 'plain' },
  'erasure.request': { method: 'POST', path: '/v1/erasures', role: 'steward', mode: 'plain' },
  'erasure.show': { method: 'GET', path: '/v1/erasures/{id}', role: 'auditor', mode: 'plain' },
  'gateway.doctor': { method: 'GET', path: '/v1/doctor', role: 'auditor', mode: 'plain' },
  'gateway.reach': { method: 'POST', path: '/v1/reach', role: 'auditor', mode: 'plain' },
  'gateway.settings': { method: 'GET', path: '/v1/settings', role: 'auditor', mode: 'plain' },
  'gateway.status': { method: 'GET', path: '/v1/status', role: 'auditor', mode: 'plain' },
  'invite.accept': { method: 'POST', path: '/v1/invites/accept', role: 'administrator', mode: 'plain' },
  'invite.create': { method: 'POST', path: '/v1/invites', role: 'administrator', mode: 'plain' },
  'invite.list': { method: 'GET', path: '/v1/invites', role: 'auditor', mode: 'plain' },
  'invite.revoke': { method: 'POST', path: '/v1/invites/{id}/revoke', role: 'administrator', mode: 'plain' },
  'ledger.compare': { method: 'POST', path: '/v1/ledger/compare', role: 'auditor', mode: 'plain' },
  'ledger.declare-restored': { method: 'POST', path: '/v1/ledger/declare-restored', role: 'administrator', mode: 'plain' },
  'ledger.head': { method: 'GET', path: '/v1/ledger/head', role: 'auditor', mode: 'plain' },
  'ledger.list': { method: 'GET', path: '/v1/ledger/entries', role: 'auditor', mode: 'plain' },
  'ledger.rotate-key': { method: 'POST', path: '/v1/ledger/rotate-key', role: 'administrator', mode: 'plain' },
  'ledger.show': { method: 'GET', path: '/v1/ledger/entries/{seq}', role: 'auditor', mode: 'plain' },
  'ledger.verify': { method: 'POST', path: '/v1/ledger/verify', role: 'auditor', mode: 'long' },
  'mask.list': { method: 'GET', path: '/v1/datasets/{name}/masks', role: 'auditor', mode: 'plain' },
  'override.list': { method: 'GET', path: '/v1/datasets/{name}/overrides', role: 'auditor', mode: 'plain' },
  'override.set': { method: 'POST', path: '/v1/datasets/{name}/overrides', role: 'steward', mode: 'long' },
  'override.withdraw': { method: 'POST', path: '/v1/datasets/{name}/overrides/withdraw', role: 'steward', mode: 'plain' },
  'overview.show': { method: 'GET', path: '/v1/overview', role: 'auditor', mode: 'plain' },
  'peer.acknowledge-restore': { method: 'POST', path: '/v1/peers/{id}/acknowledge-restore', role: 'administrator', mode: 'plain' },
  'peer.confirm': { method: 'POST', path: '/v1/peers/{id}/confirm', role: 'administrator', mode: 'plain' },
  'peer.list': { method: 'GET', path: '/v1/peers', role: 'auditor', mode: 'plain' },
  'peer.resume': { method: 'POST', path: '/v1/peers/{id}/resume', role: 'administrator', mode: 'plain' },
  'peer.revoke': { method: 'POST', path: '/v1/peers/{id}/revoke', role: 'administrator', mode: 'plain' },
  'peer.show': { method: 'GET', path: '/v1/peers/{id}', role: 'auditor', mode: 'plain' },
  'peer.suspend': { method: 'POST', path: '/v1/peers/{id}/suspend', role: 'administrator', mode: 'plain' },
  'preset.list': { method: 'GET', path: '/v1/presets', role: 'auditor', mode: 'plain' },
  'requirements.list': { method: 'GET', path: '/v1/requirements', role: 'auditor', mode: 'plain' },
  'requirements.set': { method: 'PUT', path: '/v1/requirements', role: 'steward', mode: 'plain' },
  'session.end': { method: 'POST', path: '/v1/session/end', role: 'anyone', mode: 'plain' },
  'session.open': { method: 'POST', path: '/v1/session', role: 'anyone', mode: 'plain' },
  'session.password': { method: 'POST', path: '/v1/session/password', role: 'auditor', mode: 'plain' },
  'session.setup': { method: 'POST', path: '/v1/setup', role: 'anyone', mode: 'plain' },
  'session.show': { method: 'GET', path: '/v1/session', role: 'anyone', mode: 'plain' },
  'settings.change': { method: 'POST', path: '/v1/settings', role: 'administrator', mode: 'plain' },
  'settings.source': { method: 'POST', path: '/v1/settings/sources', role: 'administrator', mode: 'plain' },
  'settings.source-remove': { method: 'POST', path: '/v1/settings/sources/remove', role: 'administrator', mode: 'plain' },
  'source.describe': { method: 'POST', path: '/v1/sources/describe', role: 'steward', mode: 'long' },
  'token.create': { method: 'POST', path: '/v1/tokens', role: 'auditor', mode: 'plain' },
  'token.list': { method: 'GET', path: '/v1/tokens', role: 'auditor', mode: 'plain' },
  'token.revoke': { method: 'POST', path: '/v1/tokens/{id}/revoke', role: 'auditor', mode: 'plain' },
  'transfer.cancel': { method: 'POST', path: '/v1/transfers/{id}/cancel', role: 'steward', mode: 'plain' },
  'transfer.delete': { method: 'POST', path: '/v1/transfers/{id}/delete', role: 'steward', mode: 'plain' },
  'transfer.list': { method: 'GET', path: '/v1/transfers', role: 'auditor', mode: 'plain' },
  'transfer.report': { method: 'GET', path: '/v1/transfers/{id}/report', role: 'auditor', mode: 'plain' },
  'transfer.resume': { method: 'POST', path: '/v1/transfers/{id}/resume', role: 'steward', mode: 'plain' },
  'transfer.show': { method: 'GET', path: '/v1/transfers/{id}', role: 'auditor', mode: 'plain' },
  'transfer.start': { method: 'POST', path: '/v1/transfers', role: 'steward', mode: 'plain' },
  'transfer.watch': { method: 'GET', path: '/v1/transfers/{id}/watch', role: 'auditor', mode: 'stream' },
  'user.add': { method: 'POST', path: '/v1/users', role: 'administrator', mode: 'plain' },
  'user.change': { method: 'POST', path: '/v1/users/{name}', role: 'administrator', mode: 'plain' },
  'user.list': { method: 'GET', path: '/v1/users', role: 'administrator', mode: 'plain' },
  'user.remove': { method: 'POST', path: '/v1/users/{name}/remove', role: 'administrator', mode: 'plain' },
  'version.compare': { method: 'POST', path: '/v1/datasets/{name}/compare', role: 'auditor', mode: 'long' },
  'version.shred': { method: 'POST', path: '/v1/datasets/{name}/versions/{version}/shred', role: 'administrator', mode: 'plain' },
} as const;
