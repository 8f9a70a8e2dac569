using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>Does something little again and again, as a slow peer does, until it fails or is disposed.</summary>
internal sealed class Drip : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _dripping;

    private Drip(Func<Task> once, TimeSpan every) => _dripping = RunAsync(once, every);

    public static Drip Start(Func<Task> once, int everyMs = 20) => new(once, TimeSpan.FromMilliseconds(everyMs));

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _dripping.Within(what: "the drip to stop");
        _stop.Dispose();
    }

    private async Task RunAsync(Func<Task> once, TimeSpan every)
    {
        using var pace = new PeriodicTimer(every);
        try
        {
            while (await pace.WaitForNextTickAsync(_stop.Token))
                await once();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
        {
            // Stopped, or the other side had enough.
        }
    }
}
