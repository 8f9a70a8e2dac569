using System;
using System.Diagnostics.Metrics;
using System.Threading;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>Who waits for a place at the backends of one upstream, as the metric has it.</summary>
internal sealed class QueueMeter : IDisposable
{
    private readonly MeterListener _metrics = new();
    private int _length;

    public QueueMeter(string upstream)
    {
        _metrics.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == "fairlead.upstream.queue")
                listener.EnableMeasurementEvents(instrument);
        };
        _metrics.SetMeasurementEventCallback<int>((_, change, tags, _) =>
        {
            if (tags[0].Value is string name && name == upstream)
                Interlocked.Add(ref _length, change);
        });
        _metrics.Start();
    }

    public int Length => Volatile.Read(ref _length);

    public void Dispose() => _metrics.Dispose();
}
