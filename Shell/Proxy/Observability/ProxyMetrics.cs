using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using Fairlead.Resilience;

namespace Fairlead.Proxy;

/// <summary>
/// Counters and histograms on the meter <see cref="MeterName"/> (System.Diagnostics.Metrics): names after the OpenTelemetry conventions where there is one, else <c>fairlead.*</c>.
/// Few tags, none that a client can choose. An instrument nobody listens to costs one check.
/// </summary>
internal sealed class ProxyMetrics
{
    public const string MeterName = "Fairlead.Proxy";

    private static readonly Meter Meter = new(MeterName);
    private static readonly UpDownCounter<int> Connections = Meter.CreateUpDownCounter<int>("fairlead.client.connections", "{connection}", "Client connections open.");
    private static readonly UpDownCounter<int> ActiveRequests = Meter.CreateUpDownCounter<int>("http.server.active_requests", "{request}", "Requests under way.");
    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>("http.server.request.duration", "s", "From the first byte of a request to the last of its response.");
    private static readonly Counter<long> Responses = Meter.CreateCounter<long>("fairlead.responses", "{response}", "Exchanges by status class and outcome.");
    private static readonly Counter<long> Attempts = Meter.CreateCounter<long>("fairlead.upstream.attempts", "{attempt}", "Tries at a backend by backend and outcome.");
    private static readonly Counter<long> UpstreamConnections = Meter.CreateCounter<long>("fairlead.upstream.connections.used", "{connection}", "Connections taken for an attempt, by whether they were reused.");
    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("fairlead.retries", "{retry}", "Attempts after the first by reason.");
    private static readonly Counter<long> Handshakes = Meter.CreateCounter<long>("fairlead.client.handshake.failures", "{handshake}", "TLS handshakes of clients that failed.");
    private static readonly Counter<long> Shortages = Meter.CreateCounter<long>("fairlead.accept.shortages", "{pause}", "Pauses in accepting because descriptors or memory ran out.");
    private static readonly Counter<long> Full = Meter.CreateCounter<long>("fairlead.accept.full", "{pause}", "Pauses in accepting because a listener has as many connections as it may.");
    private static readonly Counter<long> Refused = Meter.CreateCounter<long>("fairlead.client.connections.refused", "{connection}", "Connections closed at once because their client has as many as it may.");
    private static readonly Counter<long> ProxyHeaders = Meter.CreateCounter<long>("fairlead.proxy_protocol.refused", "{connection}", "Connections closed for want of a right PROXY header, by reason.");
    private static readonly Counter<long> VerdictChanges = Meter.CreateCounter<long>("fairlead.health.changes", "{change}", "Changes of a backend's verdict by upstream, backend and whether it is usable now.");
    private static readonly Counter<long> OutliersSpared = Meter.CreateCounter<long>("fairlead.outliers.spared", "{outlier}", "Backends that fell under a rule of outlier detection and were not ejected, by whether too many were out already.");

    private static readonly Counter<long> CertificateReloads = Meter.CreateCounter<long>("fairlead.certificates.reloads", "{reload}", "Changed TLS files of listeners and upstreams, by whether they could be used.");
    private static readonly UpDownCounter<int> Tunnels = Meter.CreateUpDownCounter<int>("fairlead.tunnels", "{tunnel}", "Connections that carry another protocol.");
    private static readonly Histogram<double> TunnelDuration = Meter.CreateHistogram<double>("fairlead.tunnel.duration", "s", "From the request for a tunnel to its end, by outcome.");
    private static readonly Counter<long> TunnelBytes = Meter.CreateCounter<long>("fairlead.tunnel.io", "By", "Bytes through tunnels that ended, by direction.");
    private static readonly UpDownCounter<int> Waiting = Meter.CreateUpDownCounter<int>("fairlead.upstream.queue", "{request}", "Requests, and connections without requests, that wait for a place at a backend, by upstream.");

    private static readonly string[] Classes = ["none", "1xx", "2xx", "3xx", "4xx", "5xx"];
    private static readonly object True = true;
    private static readonly object False = false;

    public void SessionOpened() => Connections.Add(1);

    public void SessionClosed() => Connections.Add(-1);

    public void RequestBegan() => ActiveRequests.Add(1);

    public void RequestEnded(Session session)
    {
        ActiveRequests.Add(-1);
        var statusClass = Classes[Math.Clamp(session.Status / 100, 0, 5)];
        if (session.IsTunnel)
            TunnelEnded(session);
        else if (Duration.Enabled)
            Duration.Record(session.Elapsed.TotalSeconds, new KeyValuePair<string, object?>("http.response.status_class", statusClass));
        if (Responses.Enabled)
        {
            Responses.Add(1, new KeyValuePair<string, object?>("http.response.status_class", statusClass),
                new KeyValuePair<string, object?>("outcome", Outcomes.NameOf(session.Outcome)));
        }

        if (!Attempts.Enabled || session.Request.Head.Kind == Http1.MethodKind.Connect)
            return;                                                  // a client names the target of a CONNECT
        for (var i = 0; i < session.Attempts.Count; i++)
        {
            var attempt = session.Attempts[i];
            Attempts.Add(1, new KeyValuePair<string, object?>("fairlead.backend", attempt.Peer.Text),
                new KeyValuePair<string, object?>("outcome", Outcomes.NameOf(attempt.Outcome)));
        }
    }

    public void TunnelBegan() => Tunnels.Add(1);

    /// <summary>The time of a tunnel says nothing about requests, so it has a histogram of its own.</summary>
    private static void TunnelEnded(Session session)
    {
        Tunnels.Add(-1);
        TunnelDuration.Record(session.Elapsed.TotalSeconds, new KeyValuePair<string, object?>("outcome", Outcomes.NameOf(session.Outcome)));
        TunnelBytes.Add(session.RequestBodyBytes, new KeyValuePair<string, object?>("direction", "up"));
        TunnelBytes.Add(session.ResponseBodyBytes, new KeyValuePair<string, object?>("direction", "down"));
    }

    /// <summary>A connection without requests has ended.</summary>
    public static void ConnectionEnded(EndedConnection connection)
    {
        Tunnels.Add(-1);
        TunnelDuration.Record(connection.Elapsed.TotalSeconds, new KeyValuePair<string, object?>("outcome", Outcomes.NameOf(connection.Outcome)));
        TunnelBytes.Add(connection.BytesFromClient, new KeyValuePair<string, object?>("direction", "up"));
        TunnelBytes.Add(connection.BytesFromBackend, new KeyValuePair<string, object?>("direction", "down"));
        for (var i = 0; Attempts.Enabled && i < connection.Attempts.Count; i++)
        {
            var attempt = connection.Attempts[i];
            Attempts.Add(1, new KeyValuePair<string, object?>("fairlead.backend", attempt.Peer.Text),
                new KeyValuePair<string, object?>("outcome", Outcomes.NameOf(attempt.Outcome)));
        }
    }

    public void UpstreamConnection(bool reused) => UpstreamConnections.Add(1, new KeyValuePair<string, object?>("reused", reused ? True : False));

    public void Retried(RetryReason reason) => Retries.Add(1, new KeyValuePair<string, object?>("reason", RetryDecision.NameOf(reason)));

    public void HandshakeFailed() => Handshakes.Add(1);

    public static void CertificatesChanged(bool isUsable) => CertificateReloads.Add(1, new KeyValuePair<string, object?>("usable", isUsable ? True : False));

    public void AcceptShortage() => Shortages.Add(1);

    public static void BeganToWait(string upstream) => Waiting.Add(1, new KeyValuePair<string, object?>("fairlead.upstream", upstream));

    public static void EndedToWait(string upstream) => Waiting.Add(-1, new KeyValuePair<string, object?>("fairlead.upstream", upstream));

    public void AcceptFull() => Full.Add(1);

    public void ConnectionRefused() => Refused.Add(1);

    public void ProxyHeaderRefused(string reason) => ProxyHeaders.Add(1, new KeyValuePair<string, object?>("reason", reason));

    public static void VerdictChanged(string upstream, string backend, bool isUsable) => VerdictChanges.Add(1,
        new KeyValuePair<string, object?>("fairlead.upstream", upstream),
        new KeyValuePair<string, object?>("fairlead.backend", backend),
        new KeyValuePair<string, object?>("usable", isUsable ? True : False));

    public static void OutlierSpared(string upstream, string backend, bool wereTooMany) => OutliersSpared.Add(1,
        new KeyValuePair<string, object?>("fairlead.upstream", upstream),
        new KeyValuePair<string, object?>("fairlead.backend", backend),
        new KeyValuePair<string, object?>("too_many_ejected", wereTooMany ? True : False));
}
