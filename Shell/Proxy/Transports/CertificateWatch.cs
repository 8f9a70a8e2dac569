using System;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Proxy.Transports;

/// <summary>Looks at the TLS files of listeners and upstreams from time to time, and when told to.</summary>
internal sealed class CertificateWatch(Func<IEnumerable<IWatchedFiles>> certificates, Action<string> warn)
{
    /// <summary>How often (Envoy and Caddy are told by the file system, Kestrel too; nginx and HAProxy by a signal only). Certificates change once in weeks.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();

    /// <summary>Looks each <paramref name="interval"/> until stopped.</summary>
    public async Task RunAsync(TimeSpan interval, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop).ConfigureAwait(false))
                Look();
        }
        catch (OperationCanceledException)
        {
            // Asked to stop.
        }
    }

    /// <summary>Looks now.</summary>
    public void Look()
    {
        lock (_gate)
        {
            foreach (var certificate in certificates())
            {
                var change = certificate.Look(out var problem);
                if (change == CertificateChange.None)
                    continue;
                ProxyMetrics.CertificatesChanged(isUsable: change == CertificateChange.Taken);
                if (change == CertificateChange.Refused)
                    warn(problem);
            }
        }
    }
}
