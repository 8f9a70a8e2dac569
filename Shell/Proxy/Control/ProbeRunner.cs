using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Fairlead.Configuration;
using Fairlead.Control;
using Fairlead.Health;
using Fairlead.Proxy.Transports;
using Fairlead.Upstreams;
using LanguageExt;

namespace Fairlead.Proxy.Control;

/// <summary>Runs probes and says how each one ended; never throws, always answers.</summary>
internal sealed class ProbeRunner(Action<ControlEvent> happened)
{
    private readonly ConcurrentDictionary<long, CancellationTokenSource> _running = new();
    private readonly ConcurrentDictionary<string, (UpstreamTls Settings, TlsClient Client)> _tls = new(StringComparer.Ordinal);

    public void Start(ControlEffect.StartProbe probe)
    {
        var cancel = new CancellationTokenSource();
        _running[probe.Probe] = cancel;
        _ = Task.Run(() => RunAsync(probe, cancel));                 // ends with an event, whatever happens
    }

    public void Cancel(long probe)
    {
        if (_running.TryRemove(probe, out var cancel))
            cancel.Cancel();
    }

    public void CancelAll()
    {
        foreach (var probe in _running.Keys)
            Cancel(probe);
    }

    private async Task RunAsync(ControlEffect.StartProbe probe, CancellationTokenSource cancel)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel.Token);
        timeout.CancelAfter(Timers.RoundUp(probe.Timeout));
        ProbeResult result;
        try
        {
            result = await ProbeAsync(probe, timeout.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            result = cancel.IsCancellationRequested
                ? new ProbeResult.Cancelled()
                : new ProbeResult.Failed(FormattableString.Invariant($"no answer within {probe.Timeout.TotalSeconds:0.###} s"));
        }
        catch (Exception bug)
        {
            result = new ProbeResult.Failed($"the check itself failed: {bug.GetType().Name}: {bug.Message}");
        }

        _running.TryRemove(probe.Probe, out _);
        happened(new ControlEvent.ProbeCompleted(probe.Backend, probe.Probe, result));
    }

    private async Task<ProbeResult> ProbeAsync(ControlEffect.StartProbe probe, CancellationToken timeout)
    {
        var speaksTls = probe.Check is ProbeSettings.Tcp { Handshake: true } or ProbeSettings.Http { Tls: true };
        var peer = new HttpPeer(probe.Backend.Address)               // a certificate is verified for the name, not for the address it resolved to
        {
            Tls = speaksTls ? probe.Tls : Option<UpstreamTls>.None,
            TlsClient = speaksTls ? probe.Tls.MatchUnsafe(tls => TlsClientOf(probe.Backend.Upstream, tls), static () => null!) : null,
            DialTargets = [probe.Target],
            IsProbed = true,
            Options = PeerOptions.Default with { ConnectTimeout = probe.Timeout, TlsHandshakeTimeout = probe.Timeout },
        };
        var connected = await Connector.ConnectAsync(peer, PeerHeaders.OfOwn(probe.ProxyProtocol), timeout).ConfigureAwait(false);
        timeout.ThrowIfCancellationRequested();
        if (connected.Transport is not { } transport)
            return new ProbeResult.Failed(connected.Reason);
        using (transport)
        {
            return probe.Check is ProbeSettings.Http http
                ? await HttpProbe.AskAsync(transport, http, HostOf(http, probe), timeout).ConfigureAwait(false)
                : new ProbeResult.Passed();
        }
    }

    /// <summary>One for each upstream, so that its files are not read for every probe.</summary>
    private TlsClient TlsClientOf(string upstream, UpstreamTls settings)
    {
        if (_tls.TryGetValue(upstream, out var known) && known.Settings == settings)
            return known.Client;
        var made = TlsClient.Of(settings);
        _tls[upstream] = (settings, made);
        return made;
    }

    private static string HostOf(ProbeSettings.Http http, ControlEffect.StartProbe probe) =>
        http.Host.IfNone(() => probe.Tls.Bind(static tls => tls.ServerName).IfNone(() => probe.Backend.Address switch
        {
            BackendAddress.UnixPath => "localhost",
            var address => address.ToString()!,
        }));
}
