using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;

namespace Fairlead.Shell.Tests.Harness;

/// <summary>What one instrument of the proxy's meter measures while this is there. All proxies of the process share it.</summary>
internal sealed class Measurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<(double Value, Dictionary<string, object?> Tags)> _all = new();

    public Measurements(string instrument)
    {
        _listener.InstrumentPublished = (published, listener) =>
        {
            if (published.Meter.Name != "Fairlead.Proxy" || published.Name != instrument)
                return;
            Unit = published.Unit;
            listener.EnableMeasurementEvents(published);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Note(value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Note(value, tags));
        _listener.Start();
    }

    public string? Unit { get; private set; }

    public double Sum(params (string Tag, string Value)[] wanted) =>
        _all.Where(one => wanted.All(tag => Equals(one.Tags.GetValueOrDefault(tag.Tag), tag.Value))).Sum(static one => one.Value);

    public void Dispose() => _listener.Dispose();

    private void Note(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => _all.Enqueue((value, new Dictionary<string, object?>(tags.ToArray())));
}
