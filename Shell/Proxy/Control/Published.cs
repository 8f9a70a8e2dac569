using System.Threading;

namespace Fairlead.Proxy.Control;

/// <summary>The one reference between the planes: one writer publishes, readers read it once per request and pass it down.</summary>
internal sealed class Published<T>(T initial)
    where T : class
{
    private T _value = initial;

    public T Value => Volatile.Read(ref _value);

    public void Publish(T value) => Volatile.Write(ref _value, value);
}
